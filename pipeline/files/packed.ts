// Numbers in fewer bytes: their first bytes one after another, then their second ones and so on, for counts are mostly small
// and signals of a size; and these through zstd, at the level that takes the least time.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ARRAYS, type ArrayDtype, type NumberArray } from './safetensors-header.ts';

const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** The same bytes for the same numbers. */
export function packNumbers(values: NumberArray): Uint8Array {
  const width = values.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return zstdCompressSync(width === 1 ? bytes : toPlanes(bytes, width), FASTEST);
}

/**
 * @param count of the numbers
 * @returns undefined where the bytes are not those of so many numbers
 */
export function unpackNumbers(packed: Uint8Array, dtype: ArrayDtype, count: number): NumberArray | undefined {
  const width = ARRAYS[dtype].BYTES_PER_ELEMENT;
  const size = count * width;
  if (size === 0) return new ARRAYS[dtype](0);
  let planes: Uint8Array;
  try {
    planes = zstdDecompressSync(packed, { maxOutputLength: size });
  } catch {
    return undefined;
  }
  if (planes.length !== size) return undefined;
  const values = new ARRAYS[dtype](count);
  fromPlanes(planes, width, new Uint8Array(values.buffer));
  return values;
}

function toPlanes(bytes: Uint8Array, width: number): Uint8Array {
  const planes = new Uint8Array(bytes.length);
  const count = bytes.length / width;
  for (let plane = 0; plane < width; plane++) {
    const start = plane * count;
    for (let k = 0, from = plane; k < count; k++, from += width) planes[start + k] = bytes[from]!;
  }
  return planes;
}

function fromPlanes(planes: Uint8Array, width: number, bytes: Uint8Array): void {
  const count = planes.length / width;
  for (let plane = 0; plane < width; plane++) {
    const start = plane * count;
    for (let k = 0, to = plane; k < count; k++, to += width) bytes[to] = planes[start + k]!;
  }
}
