// Files in which a few cells share: a gzip file a cell, one after another, which is a gzip file again. Whoever wants one cell
// asks for its part alone. Runs in a browser too.
import type { Span } from './positions.ts';

/** A site may have thousands of cells, and hosts count files. */
export const CELLS_A_FILE = 8;

/** The files that hold a part a cell, by what they hold. */
const NAMES = {
  /** Its words and numbers: a line of JSON. */
  cells: (file: number) => `cells/${file}.jsonl.gz`,
  /** Its output over the whole text, see steps.ts. */
  book: (file: number) => `book/${file}.bin.gz`,
} as const;

export type Packed = keyof typeof NAMES;

/** The path below the gallery's folder. @param row of a cell, in the order of `cells.json` */
export const packOf = (kind: Packed, row: number): string => NAMES[kind](Math.floor(row / CELLS_A_FILE));

/**
 * Which bytes of its file are a cell's.
 * @param sizes of the parts of all cells
 * @param cells that share a file; all where there is one file
 */
export function partOf(sizes: readonly number[], row: number, cells: number = CELLS_A_FILE): Span {
  const before = sizes.slice(row - (row % cells), row);
  const start = before.reduce((sum, size) => sum + size, 0);
  return { start, end: start + sizes[row]! };
}

/** A file's address with the part of it that is meant, as a fragment, which no server is told of. */
export const withPart = (file: string, { start, end }: Span): string => `${file}#${start}-${end}`;

/** The file and the part that {@link withPart} names; null where it names none. */
export function splitPart(address: string): { file: string; part: Span } | null {
  const [, file, start, end] = /^(.*)#(\d+)-(\d+)$/.exec(address) ?? [];
  return file === undefined ? null : { file, part: { start: Number(start), end: Number(end) } };
}
