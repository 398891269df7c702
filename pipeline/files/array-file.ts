// What the first line of a file of tables says, and where it says that the tables lie.

import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { z } from 'zod';
import { beginFile, explainingFailure } from './files.ts';

export const TYPES = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
export type Type = keyof typeof TYPES;
export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** Every table, and the line before them, takes a multiple of so many bytes. */
const WORD = 8;

/** Bytes that are read or written at a time. */
export const PIECE = 2 ** 22;

const count = z.int().nonnegative();
const tableSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['u8', 'u16', 'u32', 'f32', 'f64']),
  rows: count,
  width: count,
  begin: count,
});
export const headerSchema = z.strictObject({
  format: z.string(),
  version: z.int().positive(),
  description: z.unknown(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  tables: z.array(tableSchema),
});
export type Header = z.infer<typeof headerSchema>;

/** What a file is, and the latest version of its format. */
export type Kind = Pick<Header, 'format' | 'version'>;

/** Where the table after this one begins. */
export function endOf({ type, rows, width, begin }: Omit<z.infer<typeof tableSchema>, 'name'>): number {
  return upToWord(begin + rows * width * TYPES[type].BYTES_PER_ELEMENT);
}

/** The next multiple of a word. */
export function upToWord(bytes: number): number {
  return WORD * Math.ceil(bytes / WORD);
}

/** What stands for the hash while it is computed. */
export const UNKNOWN = '0'.repeat(64);

/** The first line, with its end. */
export function lineOf(header: Header): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const line = Buffer.alloc(upToWord(json.length + 1), ' ');
  json.copy(line);
  line.write('\n', line.length - 1);
  return line;
}

// A file of tables of numbers. Its first line is JSON that says what they are, padded with spaces to a multiple of eight
// bytes; the tables follow, row-major and little-endian, each from a multiple of eight bytes on:
//
//   {"format": …, "version": …, "description": …, "sha256": of this line with zeros in its place, and of all bytes after it,
//    "tables": [{"name": …, "type": "u8" | "u16" | "u32" | "f32" | "f64", "rows": …, "width": …, "begin": …}, …]}

/** A table to write: rows that are spread over some arrays, one after the other. */
export interface Table {
  readonly name: string;
  readonly width: number;
  readonly pieces: readonly Numbers[];
}

/** Whole numbers are written as narrow as they all fit. */
function typeOf(pieces: readonly Numbers[]): Type {
  const like = Object.entries(TYPES).find(([, type]) => pieces.some((piece) => piece instanceof type))?.[0] as Type;
  if (like === 'u8' || like === 'f32') return like;
  let most = 0;
  for (const piece of pieces) {
    for (let index = 0; index < piece.length; index++) {
      const value = piece[index]!;
      if (like === 'f64' && (Object.is(value, -0) || !(value >= 0 && Number.isInteger(value)))) return like;
      if (value > most) most = value;
    }
  }
  if (most < 2 ** 8) return 'u8';
  if (most < 2 ** 16) return 'u16';
  return most < 2 ** 32 ? 'u32' : 'f64';
}

/**
 * Writes it, atomically.
 * @param description anything that is JSON
 * @throws {InputError} a full disk, a folder that cannot be written
 */
export function writeArrayFile(path: string, kind: Kind, description: unknown, tables: readonly Table[]): void {
  let begin = 0;
  const described = tables.map(({ name, width, pieces }) => {
    const type = typeOf(pieces);
    const rows = width === 0 ? 0 : pieces.reduce((sum, { length }) => sum + length, 0) / width;
    const own = { name, type, rows, width, begin };
    begin = endOf(own);
    return own;
  });
  const header = { ...kind, description, sha256: UNKNOWN, tables: described };
  const hash = createHash('sha256').update(lineOf(header));
  const file = beginFile(path);
  try {
    explainingFailure('write', path, () => {
      let position = lineOf(header).length;
      const put = (bytes: Uint8Array) => {
        hash.update(bytes);
        for (let done = 0; done < bytes.length; ) {
          done += writeSync(file.descriptor, bytes, done, Math.min(PIECE, bytes.length - done), position + done);
        }
        position += bytes.length;
      };
      tables.forEach(({ pieces }, index) => {
        const Stored = TYPES[described[index]!.type];
        let length = 0;
        for (const piece of pieces) {
          const stored = piece instanceof Stored ? piece : new Stored(piece);
          put(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
          length += stored.byteLength;
        }
        put(new Uint8Array(upToWord(length) - length));
      });
      const line = lineOf({ ...header, sha256: hash.digest('hex') });
      writeSync(file.descriptor, line, 0, line.length, 0);
    });
    file.commit();
  } catch (error) {
    file.abandon();
    throw error;
  }
}
