// Number formats of stored tensors, little-endian, and how each becomes float32.

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(bytes: ArrayBuffer): Float32Array {
  return new Float32Array(Uint32Array.from(new Uint16Array(bytes), (bits) => bits << 16).buffer);
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits biased by 15, 10 fraction bits. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** Bytes a value, and the conversion of a whole tensor's bytes; the buffer may be taken over. */
export const DTYPES = {
  F32: { size: 4, toFloat32: (bytes: ArrayBuffer) => new Float32Array(bytes) },
  F16: { size: 2, toFloat32: (bytes: ArrayBuffer) => Float32Array.from(new Uint16Array(bytes), halfValue) },
  BF16: { size: 2, toFloat32: fromBfloat16 },
  F64: { size: 8, toFloat32: (bytes: ArrayBuffer) => new Float32Array(new Float64Array(bytes)) },
} as const;

export type Dtype = keyof typeof DTYPES;
