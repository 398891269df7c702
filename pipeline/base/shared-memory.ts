// Memory that threads share. An array over it is sent to a thread as it is; any other would be copied for each of them,
// and the labels of a long text are a hundred megabytes.

/** 0 or 1, or any number, for each character. */
export type SharedLabels = Uint8Array | Float32Array | Float64Array;

type ArrayType<A> = { new (buffer: SharedArrayBuffer): A; readonly BYTES_PER_ELEMENT: number };

/** The numbers in an array of another type, in shared memory. @param Type holds each of them exactly */
export function sharedCopy<A extends { set(numbers: ArrayLike<number>): void }>(
  Type: ArrayType<A>,
  numbers: ArrayLike<number>,
): A {
  const copy = new Type(new SharedArrayBuffer(numbers.length * Type.BYTES_PER_ELEMENT));
  copy.set(numbers);
  return copy;
}

/** Labels in shared memory; the very ones where they are there already. */
export function sharedLabels(kind: 'binary' | 'real', values: ArrayLike<number>): SharedLabels {
  const isLabels = values instanceof Uint8Array || values instanceof Float32Array || values instanceof Float64Array;
  if (isLabels && values.buffer instanceof SharedArrayBuffer) return values;
  if (kind === 'binary') return sharedCopy(Uint8Array, values);
  // Labels of a text are float32; those of other origin may need every digit.
  return values instanceof Float32Array ? sharedCopy(Float32Array, values) : sharedCopy(Float64Array, values);
}
