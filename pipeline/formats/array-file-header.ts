// What the first line of a file of tables says, and where it says that the tables lie.
import { z } from 'zod';

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
