// Memory that threads share. An array over it is sent to a thread as it is; any other would be copied for each of them,
// and the labels of a long text are hundreds of megabytes.

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
