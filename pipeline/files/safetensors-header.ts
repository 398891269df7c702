// The header of a safetensors file: its JSON, and the proof that it fits the bytes that follow.
// Format: https://github.com/huggingface/safetensors#format
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { repeatedKey } from './json.ts';

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

/** Floating-point formats: bytes a value, and the conversion of a whole tensor's bytes; the buffer may be taken over. */
export const DTYPES = {
  F32: { size: 4, toFloat32: (bytes: ArrayBuffer) => new Float32Array(bytes) },
  F16: { size: 2, toFloat32: (bytes: ArrayBuffer) => Float32Array.from(new Uint16Array(bytes), halfValue) },
  BF16: { size: 2, toFloat32: fromBfloat16 },
  F64: { size: 8, toFloat32: (bytes: ArrayBuffer) => new Float32Array(new Float64Array(bytes)) },
} as const;

export type FloatDtype = keyof typeof DTYPES;

/** Formats whose values a typed array holds as they are. */
export const ARRAYS = {
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  F32: Float32Array,
  F64: Float64Array,
} as const;

export type ArrayDtype = keyof typeof ARRAYS;
export type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** Formats that are known by their size alone: bytes a value. */
export const SIZES = {
  ...{ BOOL: 1, I8: 1, I16: 2, I32: 4, I64: 8, U64: 8, C64: 8 },
  ...{ F8_E4M3: 1, F8_E5M2: 1, F8_E4M3FNUZ: 1, F8_E5M2FNUZ: 1, F8_E8M0: 1 },
} as const;

export type SizedDtype = keyof typeof SIZES;
export type Dtype = FloatDtype | ArrayDtype | SizedDtype;

/** Bytes a value. */
export function sizeOf(dtype: Dtype): number {
  if (dtype in SIZES) return SIZES[dtype as SizedDtype];
  return dtype in ARRAYS ? ARRAYS[dtype as ArrayDtype].BYTES_PER_ELEMENT : DTYPES[dtype as FloatDtype].size;
}

export interface TensorEntry<D extends Dtype = FloatDtype> {
  readonly name: string;
  readonly dtype: D;
  readonly shape: readonly number[];
  /** Bytes [begin, end) of what follows the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header<D extends Dtype> {
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry<D>[];
  readonly metadata: Record<string, string>;
}

const size = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});
const metadataSchema = z.record(z.string(), z.string());

const DAMAGED = 'The file is damaged, or no safetensors file: write or fetch it again.';

/** @throws {InputError} for a file that is not what its format says */
export function damaged(what: string, file: string, tensor?: string): never {
  throw new InputError(what, tensor === undefined ? { file } : { file, tensor }, DAMAGED);
}

/** Number of values of a shape; 1 for the empty shape, a scalar's. */
export function countValues(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/**
 * @param bytes the header, without the eight bytes of its length
 * @param dataLength bytes of the file after the header
 * @param file for messages
 * @param known number formats that may occur
 * @throws {InputError} unless every tensor's shape fits its byte range and the ranges cover the data exactly
 */
export function parseHeader<D extends Dtype>(
  bytes: Uint8Array,
  dataLength: number,
  file: string,
  known: readonly D[],
): Header<D> {
  const { __metadata__, ...tensors } = parseJson(bytes, file);
  const metadata = metadataSchema.safeParse(__metadata__ ?? {});
  if (!metadata.success) damaged('The header\'s "__metadata__" is not a map of strings.', file);
  const entries = Object.entries(tensors).map(([name, entry]) => parseEntry(name, entry, file, known));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin < position) damaged(`Its bytes from ${begin} overlap those of another tensor.`, file, name);
    if (begin > position) damaged(`The bytes from ${position} to ${begin} before it belong to no tensor.`, file, name);
    if (end > dataLength) damaged(`It ends at byte ${end} of ${dataLength}: the file is cut off.`, file, name);
    position = end;
  }
  if (position < dataLength) damaged(`The last ${dataLength - position} bytes belong to no tensor.`, file);
  return { entries, metadata: metadata.data };
}

/** More tensors than any network or its optimiser has: each of them takes ten times its bytes in the header. */
const MOST_TENSORS = 100_000;

/** How many objects the header begins; braces in texts, such as those of the metadata, do not count. */
function countObjects(bytes: Uint8Array): number {
  const [quote, backslash, brace] = [0x22, 0x5c, 0x7b];
  let count = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) isText = !isText;
    else if (byte === backslash) at += 1;
    else if (byte === brace && !isText) count += 1;
  }
  return count;
}

function parseJson(bytes: Uint8Array, file: string): Record<string, unknown> {
  if (countObjects(bytes) > MOST_TENSORS + 2) {
    damaged(`Its header names more than ${MOST_TENSORS.toLocaleString('en')} tensors.`, file);
  }
  let header: unknown;
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    damaged(`The header is no JSON in UTF-8: ${error instanceof Error ? error.message : error}.`, file);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) damaged('The header is no map.', file);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) damaged(`The header holds the key "${repeated}" twice.`, file);
  return header as Record<string, unknown>;
}

function parseEntry<D extends Dtype>(name: string, entry: unknown, file: string, known: readonly D[]): TensorEntry<D> {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    damaged(`Its entry in the header is wrong at "${issue.path.join('.')}": ${issue.message}.`, file, name);
  }
  const { dtype: stored, shape, data_offsets } = parsed.data;
  const dtype = known.find((name) => name === stored);
  if (dtype === undefined) {
    throw new InputError(
      `It is stored as ${stored}.`,
      { file, tensor: name },
      `Save it as one of ${known.join(', ')}.`,
    );
  }
  const [begin, end] = data_offsets;
  const expected = countValues(shape) * sizeOf(dtype);
  if (end - begin !== expected) {
    damaged(`Shape [${shape}] of ${dtype} takes ${expected} bytes, but it has ${end - begin}.`, file, name);
  }
  return { name, dtype, shape, begin, end };
}

/** Tensors to be written, by name. */
export type Layout = ReadonlyMap<string, { readonly dtype: ArrayDtype; readonly shape: readonly number[] }>;

/** A header for tensors laid out one after the other, with its length in front, padded to 8 bytes. */
export function formatHeader(
  layout: Layout,
  metadata: Readonly<Record<string, string>>,
): { bytes: Uint8Array; begins: Map<string, number> } {
  const begins = new Map<string, number>();
  // Written member by member, for JSON.stringify of an object would move names that look like integers to the front.
  const members = Object.keys(metadata).length === 0 ? [] : [`"__metadata__":${JSON.stringify(metadata)}`];
  let position = 0;
  for (const [name, { dtype, shape }] of layout) {
    const end = position + countValues(shape) * sizeOf(dtype);
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [position, end] })}`);
    begins.set(name, position);
    position = end;
  }
  const json = Buffer.from(`{${members.join(',')}}`);
  const bytes = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
  json.copy(bytes, 8);
  return { bytes, begins };
}
