// Arrays in a safetensors file that is packed and sealed. Each is packed a few rows at a time, so that a part can be read
// alone; and the metadata hold a hash of all the rest, so that whoever reads it on another machine knows that these are the
// bytes that were written.
import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { packNumbers, unpackNumbers } from './packed.ts';
import { type ArraysReader, createArrays, openArrays } from './safetensors.ts';
import { ARRAYS, type ArrayDtype, countValues, type NumberArray } from './safetensors-header.ts';

/** An array to write: rows that are spread over some arrays, one after the other. */
export interface Table {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ArrayDtype;
  readonly arrays: readonly NumberArray[];
}

/** What a file of this kind is. */
export interface SealedFormat {
  readonly name: string;
  /** The latest, and the only one that is read. */
  readonly version: number;
  /** What to do about a file that is not of it, as a sentence. */
  readonly again: string;
}

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

const size = z.int().nonnegative();
const packedSchema = z.strictObject({
  dtype: z.enum(Object.keys(ARRAYS) as [ArrayDtype, ...ArrayDtype[]]),
  shape: z.array(size),
  /** Rows and packed bytes of each piece. */
  pieces: z.array(z.tuple([size, size])),
});
type Packed = z.infer<typeof packedSchema>;

const metadataSchema = z.strictObject({
  format: z.string(),
  version: z.string().regex(/^[1-9]\d*$/),
  /** JSON of what the arrays belong to. */
  description: z.string(),
  /** JSON of what each array is once it is unpacked. */
  arrays: z.string(),
  sha256: sha256Schema,
});

/** Values that are packed together. */
const PIECE = 2 ** 19;

/** Writes them, atomically. @throws {InputError} a full disk, a folder that cannot be written */
export function writeSealed(path: string, format: SealedFormat, description: unknown, tables: readonly Table[]): void {
  const arrays: Record<string, Packed> = {};
  const bytes = new Map<string, Uint8Array[]>();
  for (const { name, shape, dtype, arrays: parts } of tables) {
    const width = countValues(shape.slice(1));
    const rows = Math.max(1, Math.floor(PIECE / Math.max(1, width)));
    const packed: Uint8Array[] = [];
    const pieces: [number, number][] = [];
    for (const part of parts) {
      for (let from = 0; from < part.length; from += rows * width) {
        const piece = part.subarray(from, from + rows * width);
        const bytesOf = packNumbers(piece instanceof ARRAYS[dtype] ? piece : new ARRAYS[dtype](piece));
        packed.push(bytesOf);
        pieces.push([piece.length / width, bytesOf.length]);
      }
    }
    arrays[name] = { dtype, shape: [...shape], pieces };
    bytes.set(name, packed);
  }
  writePacked(path, format, JSON.stringify(description), JSON.stringify(arrays), bytes);
}

function writePacked(
  path: string,
  format: SealedFormat,
  description: string,
  arrays: string,
  packed: ReadonlyMap<string, readonly Uint8Array[]>,
): void {
  const seal = beginSeal(format, description, arrays);
  for (const pieces of packed.values()) for (const piece of pieces) seal.update(piece);
  const { name, version } = format;
  const metadata = { format: name, version: String(version), description, arrays, sha256: seal.digest('hex') };
  const layout = new Map(
    [...packed].map(([name, pieces]) => {
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      return [name, { dtype: 'U8' as const, shape: [length] }];
    }),
  );
  const writer = createArrays(path, layout, metadata);
  try {
    for (const [name, pieces] of packed) {
      let index = 0;
      for (const piece of pieces) {
        writer.write(name, index, new Uint8Array(piece.buffer, piece.byteOffset, piece.length));
        index += piece.length;
      }
    }
    writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

export interface SealedFile<D> {
  readonly description: D;
  /** The shape of an array; undefined where there is none of that name. */
  shapeOf(name: string): readonly number[] | undefined;
  /** The rows [from, to) of an array that is there. */
  rows(name: string, from: number, to: number): NumberArray;
  close(): void;
}

/** Opens such a file. @throws {InputError} one that is not of the format, of another version, or damaged */
export function openSealed<D>(path: string, format: SealedFormat, schema: z.ZodType<D>): SealedFile<D> {
  const file = openArrays(path);
  try {
    const { description, arrays } = proven(file, path, format, schema);
    return {
      description,
      shapeOf: (name) => arrays.get(name)?.shape,
      rows: (name, from, to) => readRows(file, path, name, arrays.get(name)!, from, to),
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readRows(
  file: ArraysReader,
  path: string,
  name: string,
  { dtype, shape, pieces }: Packed,
  from: number,
  to: number,
): NumberArray {
  const entry = file.entries.find((one) => one.name === name)!;
  const width = countValues(shape.slice(1));
  const values = new ARRAYS[dtype]((to - from) * width);
  let [row, at] = [0, 0];
  for (const [rows, length] of pieces) {
    const [first, last] = [Math.max(from, row), Math.min(to, row + rows)];
    if (first < last) {
      const piece = unpackNumbers(file.read(entry, at, length) as Uint8Array, dtype, rows * width);
      if (piece === undefined) throw new InputError('It cannot be unpacked.', { file: path, tensor: name }, DAMAGED);
      values.set(piece.subarray((first - row) * width, (last - row) * width), (first - from) * width);
    }
    row += rows;
    at += length;
  }
  return values;
}

const DAMAGED = 'The file is damaged: write or fetch it again.';
/** Bytes that are read at a time to be hashed. */
const HASHED = 2 ** 22;

/** What the metadata says, once it is proved that nothing was changed since. */
function proven<D>(
  file: ArraysReader,
  path: string,
  format: SealedFormat,
  schema: z.ZodType<D>,
): { description: D; arrays: ReadonlyMap<string, Packed> } {
  const { description, arrays, sha256 } = metadataOf(file, path, format);
  const seal = beginSeal(format, description, arrays);
  for (const entry of file.entries) {
    const count = countValues(entry.shape);
    for (let index = 0; index < count; index += HASHED) {
      seal.update(file.read(entry, index, Math.min(HASHED, count - index)));
    }
  }
  if (seal.digest('hex') !== sha256) throw new InputError('Its bytes are not those written.', { file: path }, DAMAGED);
  const refuse = ({ path: keys, message }: z.core.$ZodIssue) => {
    throw new InputError(`Its description is wrong at "${keys.join('.')}": ${message}.`, { file: path }, format.again);
  };
  const parsed = schema.safeParse(JSON.parse(description));
  if (!parsed.success) return refuse(parsed.error.issues[0]!);
  const layout = z.record(z.string(), packedSchema).safeParse(JSON.parse(arrays));
  if (!layout.success) return refuse(layout.error.issues[0]!);
  for (const [name, { shape, pieces }] of Object.entries(layout.data)) checkPieces(file, path, name, shape, pieces);
  return { description: parsed.data, arrays: new Map(Object.entries(layout.data)) };
}

function metadataOf(file: ArraysReader, path: string, format: SealedFormat): z.infer<typeof metadataSchema> {
  const { format: name, version } = file.metadata;
  if (name !== format.name) {
    throw new InputError(`It is no file of the format ${format.name}.`, { file: path }, format.again);
  }
  if (Number(version) > format.version) {
    const what = `It is of version ${version} of its format, and this program knows up to ${format.version}.`;
    throw new InputError(what, { file: path }, 'Use a newer version of Cellarium.');
  }
  if (Number(version) < format.version) {
    const what = `It is of version ${version} of its format, which is not read any more.`;
    throw new InputError(what, { file: path }, format.again);
  }
  const metadata = metadataSchema.safeParse(file.metadata);
  if (metadata.success) return metadata.data;
  throw new InputError(`It is no file of the format ${format.name}.`, { file: path }, format.again);
}

/** @throws {InputError} pieces that do not make up the array */
function checkPieces(
  file: ArraysReader,
  path: string,
  name: string,
  shape: readonly number[],
  pieces: Packed['pieces'],
): void {
  const entry = file.entries.find((one) => one.name === name);
  const width = countValues(shape.slice(1));
  const values = pieces.reduce((sum, [rows]) => sum + rows * width, 0);
  const bytes = pieces.reduce((sum, [, length]) => sum + length, 0);
  if (entry?.dtype === 'U8' && countValues(entry.shape) === bytes && countValues(shape) === values) return;
  throw new InputError('Its pieces do not make up its shape.', { file: path, tensor: name }, DAMAGED);
}

/** A hash of everything but the packed bytes, which are to be added in their order. */
function beginSeal({ name, version }: SealedFormat, description: string, arrays: string): Hash {
  return createHash('sha256').update(JSON.stringify([name, version, description, arrays]));
}
