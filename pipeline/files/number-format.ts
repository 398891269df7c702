// Numbers as files of other programs hold them: floats of two to eight bytes and whole numbers, in either byte order.
import { DTYPES } from './safetensors-header.ts';

export interface NumberFormat {
  readonly kind: 'float' | 'bfloat' | 'signed' | 'unsigned';
  /** Bytes of a number. */
  readonly size: 1 | 2 | 4 | 8;
  readonly littleEndian: boolean;
}

const WHOLE = {
  signed: { 1: Int8Array, 2: Int16Array, 4: Int32Array, 8: BigInt64Array },
  unsigned: { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array },
} as const;

/** Whether there is such a format: floats of one byte are none. */
export function isKnown({ kind, size }: NumberFormat): boolean {
  return kind === 'float' ? size > 1 : kind !== 'bfloat' || size === 2;
}

/** All numbers of the bytes, each as the float32 nearest to it. */
export function toFloat32(bytes: Uint8Array, { kind, size, littleEndian }: NumberFormat): Float32Array {
  // A copy, which begins where a typed array may.
  const own = Uint8Array.from(bytes);
  if (!littleEndian && size > 1) {
    for (let at = 0; at < own.length; at += size) own.subarray(at, at + size).reverse();
  }
  const { buffer } = own;
  if (kind === 'float') return DTYPES[size === 2 ? 'F16' : size === 4 ? 'F32' : 'F64'].toFloat32(buffer);
  if (kind === 'bfloat') return DTYPES.BF16.toFloat32(buffer);
  const whole = new WHOLE[kind][size](buffer);
  return Float32Array.from(whole as ArrayLike<number | bigint> as ArrayLike<number>, Number);
}
