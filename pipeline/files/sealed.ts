// Arrays in a safetensors file that is sealed: its metadata hold a hash of all the rest, so that whoever reads it on another
// machine knows that these are the bytes that were written.
import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { type ArraysReader, createArrays, openArrays } from './safetensors.ts';
import { ARRAYS, type ArrayDtype, countValues, type NumberArray, sizeOf } from './safetensors-header.ts';

/** A tensor to write: rows that are spread over some arrays, one after the other. */
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

const metadataSchema = z.strictObject({
  format: z.string(),
  version: z.string().regex(/^[1-9]\d*$/),
  /** JSON of what the arrays belong to. */
  description: z.string(),
  sha256: sha256Schema,
});

/** Writes them, atomically. @throws {InputError} a full disk, a folder that cannot be written */
export function writeSealed(path: string, format: SealedFormat, description: unknown, tables: readonly Table[]): void {
  // Wide numbers first, so that each tensor begins where its numbers may.
  const ordered = [...tables].sort((a, b) => sizeOf(b.dtype) - sizeOf(a.dtype));
  const json = JSON.stringify(description);
  const seal = beginSeal(format, json, ordered);
  for (const { dtype, arrays } of ordered) for (const array of arrays) seal.update(bytesOf(stored(array, dtype)));
  const { name, version } = format;
  const metadata = { format: name, version: String(version), description: json, sha256: seal.digest('hex') };
  const writer = createArrays(path, new Map(ordered.map((table) => [table.name, table])), metadata);
  try {
    for (const { name, dtype, arrays } of ordered) {
      let index = 0;
      for (const array of arrays) {
        writer.write(name, index, stored(array, dtype));
        index += array.length;
      }
    }
    writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

export interface SealedFile<D> extends ArraysReader {
  readonly description: D;
}

/** Opens such a file. @throws {InputError} one that is not of the format, of another version, or damaged */
export function openSealed<D>(path: string, format: SealedFormat, schema: z.ZodType<D>): SealedFile<D> {
  const file = openArrays(path);
  try {
    return { ...file, description: provenDescription(file, path, format, schema) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Values that are read at a time to be hashed. */
const HASHED = 2 ** 19;

/** What the metadata says, once it is proved that nothing was changed since. */
function provenDescription<D>(file: ArraysReader, path: string, format: SealedFormat, schema: z.ZodType<D>): D {
  const metadata = metadataSchema.safeParse(file.metadata);
  if (!metadata.success || metadata.data.format !== format.name) {
    throw new InputError(`It is no file of the format ${format.name}.`, { file: path }, format.again);
  }
  const { version, description, sha256 } = metadata.data;
  if (Number(version) > format.version) {
    const what = `It is of version ${version} of its format, and this program knows up to ${format.version}.`;
    throw new InputError(what, { file: path }, 'Use a newer version of Cellarium.');
  }
  if (Number(version) < format.version) {
    const what = `It is of version ${version} of its format, which is not read any more.`;
    throw new InputError(what, { file: path }, format.again);
  }
  const seal = beginSeal(format, description, file.entries);
  for (const entry of file.entries) {
    const count = countValues(entry.shape);
    for (let index = 0; index < count; index += HASHED) {
      seal.update(bytesOf(file.read(entry, index, Math.min(HASHED, count - index))));
    }
  }
  if (seal.digest('hex') !== sha256) {
    const fix = 'The file is damaged: write or fetch it again.';
    throw new InputError('Its bytes are not those written.', { file: path }, fix);
  }
  const parsed = schema.safeParse(JSON.parse(description));
  if (parsed.success) return parsed.data;
  const { path: keys, message } = parsed.error.issues[0]!;
  throw new InputError(`Its description is wrong at "${keys.join('.')}": ${message}.`, { file: path }, format.again);
}

/** A hash of everything but the tensors' values, which are to be added in their order. */
function beginSeal(
  { name, version }: SealedFormat,
  description: string,
  tensors: readonly Pick<Table, 'name' | 'dtype' | 'shape'>[],
): Hash {
  const layout = tensors.map(({ name, dtype, shape }) => [name, dtype, shape]);
  return createHash('sha256').update(JSON.stringify([name, version, description, layout]));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: NumberArray) => new Uint8Array(buffer, byteOffset, byteLength);

const stored = (array: NumberArray, dtype: ArrayDtype): NumberArray =>
  array instanceof ARRAYS[dtype] ? array : new ARRAYS[dtype](array);
