// The wall: every cell's output over one and the same excerpt, as a strip of 32 by 8 characters, in one picture.
import sharp from 'sharp';
import { DOMAINS, fromByte } from '../../pipeline/base/bytes.ts';
import type { Gallery } from '../../pipeline/contract/index.ts';
import { neutralStep, stepOfByte } from '../shared/scale.ts';
import { readSample } from './artifacts.ts';
import { channels, scaleColours, type Theme } from './colour.ts';
import { type Series, seriesSlice } from './series.ts';
import { lineHtml } from './text-html.ts';

export const STRIP_COLUMNS = 32;
export const STRIP_ROWS = 8;
const STRIP_CHARACTERS = STRIP_COLUMNS * STRIP_ROWS;

/** Steps on either side of zero in the picture, which is half as heavy with these three as with all seven. */
const SIDE = 3;

/** A byte's step, rounded to one of the few that the picture has. */
function coarseStep(byte: number): number {
  const zero = neutralStep('h');
  return zero + Math.round((Math.round(fromByte(byte, DOMAINS.h) * SIDE) / SIDE) * zero);
}

/** How many strips the picture has from left to right and from top to bottom. */
export type Sprite = { columns: number; rows: number };

export function spriteOf(cells: number): Sprite {
  const columns = Math.max(1, Math.ceil(Math.sqrt(cells)));
  return { columns, rows: Math.max(1, Math.ceil(cells / columns)) };
}

/** The classes that show a cell's strip. @param row the cell's row in `cells.json` */
export function stripClasses(row: number, { columns }: Sprite): string {
  return `strip x${row % columns} y${Math.floor(row / columns)}`;
}

/** The paragraph's start, of those with a whole strip after them, that has most quotation marks in the strip. */
export function wallExcerpt(text: string): { start: number; text: string } {
  const characters = [...text];
  const last = Math.max(0, characters.length - STRIP_CHARACTERS);
  let best = { start: 0, marks: -1 };
  for (let start = 0; start <= last; start++) {
    const fresh = start === 0 || (characters[start - 1] === '\n' && characters[start - 2] === '\n');
    if (!fresh || characters[start] === '\n') continue;
    const marks = characters.slice(start, start + STRIP_CHARACTERS).filter((c) => '‘“'.includes(c)).length;
    if (marks > best.marks) best = { start, marks };
  }
  return { start: best.start, text: characters.slice(best.start, best.start + STRIP_CHARACTERS).join('') };
}

/** The wall's excerpt as it lies in a strip, coloured by one cell: a row of characters to a line. */
export function wallWindow(gallery: Gallery, row: number): string[] {
  const { start, text } = wallExcerpt(gallery.heldOut.text);
  const bytes = readSample(gallery, row);
  const characters = [...text].map((character) => (character === '\n' ? '↵' : character));
  return Array.from({ length: Math.ceil(characters.length / STRIP_COLUMNS) }, (_, line) => {
    const offset = line * STRIP_COLUMNS;
    const piece = characters.slice(offset, offset + STRIP_COLUMNS).join('');
    return lineHtml(piece, (t) => stepOfByte(bytes[start + offset + t]!), neutralStep('h'));
  });
}

/** All strips side by side in a lossless WebP picture, one pixel a character. */
export async function wallPicture(gallery: Gallery, theme: Theme): Promise<Buffer> {
  const cells = gallery.layers.reduce((sum, units) => sum + units, 0);
  const { start } = wallExcerpt(gallery.heldOut.text);
  const { columns, rows } = spriteOf(cells);
  const width = columns * STRIP_COLUMNS;
  const colours = scaleColours('diverging', theme).map(channels);
  const pixels = new Uint8Array(width * rows * STRIP_ROWS * 3);
  for (let cell = 0; cell < cells; cell++) {
    const left = (cell % columns) * STRIP_COLUMNS;
    const top = Math.floor(cell / columns) * STRIP_ROWS;
    const bytes = readSample(gallery, cell).subarray(start, start + STRIP_CHARACTERS);
    for (const [t, byte] of bytes.entries()) {
      const x = left + (t % STRIP_COLUMNS);
      const y = top + Math.floor(t / STRIP_COLUMNS);
      pixels.set(colours[coarseStep(byte)]!, 3 * (y * width + x));
    }
  }
  const raw = { width, height: rows * STRIP_ROWS, channels: 3 as const };
  return sharp(pixels, { raw }).webp({ lossless: true, effort: 6 }).toBuffer();
}

/** The wall's stretch of a series, and one cell's output over it. @param row the cell's row in `cells.json` */
export function wallSlice(gallery: Gallery, series: Series, row: number) {
  const { start, text } = wallExcerpt(gallery.heldOut.text);
  const length = text.length;
  const bytes = readSample(gallery, row);
  const values = Array.from(bytes.subarray(start, start + length), (byte) => fromByte(byte, DOMAINS.h));
  const lane = { name: 'h', unit: 'output', values, domain: [-1, 1] as const, strong: true };
  return { slice: seriesSlice(gallery, series, gallery.heldOut.pieces[0]!.start + start, length), lane };
}
