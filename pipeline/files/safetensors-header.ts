// Number formats of stored tensors, little-endian, and how each becomes float32.
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

/** Bytes a value, and the conversion of a whole tensor's bytes; the buffer may be taken over. */
export const DTYPES = {
  F32: { size: 4, toFloat32: (bytes: ArrayBuffer) => new Float32Array(bytes) },
  F16: { size: 2, toFloat32: (bytes: ArrayBuffer) => Float32Array.from(new Uint16Array(bytes), halfValue) },
  BF16: { size: 2, toFloat32: fromBfloat16 },
  F64: { size: 8, toFloat32: (bytes: ArrayBuffer) => new Float32Array(new Float64Array(bytes)) },
} as const;

export type Dtype = keyof typeof DTYPES;

// The header of a safetensors file: its JSON, and the proof that it fits the bytes that follow.
// Format: https://github.com/huggingface/safetensors#format

export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Bytes [begin, end) of what follows the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry[];
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
 * @throws {InputError} unless every tensor's shape fits its byte range and the ranges cover the data exactly
 */
export function parseHeader(bytes: Uint8Array, dataLength: number, file: string): Header {
  const { __metadata__, ...tensors } = parseJson(bytes, file);
  const metadata = metadataSchema.safeParse(__metadata__ ?? {});
  if (!metadata.success) damaged('The header\'s "__metadata__" is not a map of strings.', file);
  const entries = Object.entries(tensors).map(([name, entry]) => parseEntry(name, entry, file));
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

function parseJson(bytes: Uint8Array, file: string): Record<string, unknown> {
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

function parseEntry(name: string, entry: unknown, file: string): TensorEntry {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    damaged(`Its entry in the header is wrong at "${issue.path.join('.')}": ${issue.message}.`, file, name);
  }
  const { dtype, shape, data_offsets } = parsed.data;
  if (!Object.hasOwn(DTYPES, dtype)) {
    const known = Object.keys(DTYPES).join(', ');
    throw new InputError(`It is stored as ${dtype}.`, { file, tensor: name }, `Save it as one of ${known}.`);
  }
  const [begin, end] = data_offsets;
  const expected = countValues(shape) * DTYPES[dtype as Dtype].size;
  if (end - begin !== expected) {
    damaged(`Shape [${shape}] of ${dtype} takes ${expected} bytes, but it has ${end - begin}.`, file, name);
  }
  return { name, dtype: dtype as Dtype, shape, begin, end };
}

/** A header for float32 tensors laid out one after the other, with its length in front, padded to 8 bytes. */
export function formatHeader(
  shapes: ReadonlyMap<string, readonly number[]>,
  metadata: Readonly<Record<string, string>>,
): { bytes: Uint8Array; begins: Map<string, number> } {
  const begins = new Map<string, number>();
  // Written member by member, for JSON.stringify of an object would move names that look like integers to the front.
  const members = Object.keys(metadata).length === 0 ? [] : [`"__metadata__":${JSON.stringify(metadata)}`];
  let position = 0;
  for (const [name, shape] of shapes) {
    const end = position + countValues(shape) * DTYPES.F32.size;
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype: 'F32', shape, data_offsets: [position, end] })}`);
    begins.set(name, position);
    position = end;
  }
  const json = Buffer.from(`{${members.join(',')}}`);
  const bytes = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
  json.copy(bytes, 8);
  return { bytes, begins };
}
