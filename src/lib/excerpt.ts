// A cell's passages with the values of one signal, as coloured HTML.

import type { Signal } from '../../pipeline/base/signals.ts';
import type { Cell } from '../../pipeline/contract/index.ts';
import { readCell, readSideFile } from './artifacts.ts';
import { passageHtml } from './passage.ts';
import type { Swatch } from './preview.ts';
import { lag, neutralStep, stepOfByte } from './scale.ts';

type Excerpt = Cell['excerpts'][number];

/** Hypotheses about the source's lines: their cells are shown with every line break where the source has it. */
const ABOUT_LINES = new Set([
  'line-break',
  'position-in-line',
  'since-line-break',
  'chapter-heading',
  'paragraph-initial',
]);

export function watchesLines(cell: Cell): boolean {
  const [best] = cell.scores;
  return best !== undefined && ABOUT_LINES.has(best.hypothesis);
}

/**
 * One passage coloured by a signal, under the cell's alignment; what has no value before it stays without colour.
 *
 * @param bytes the cell's side file
 */
export function excerptHtml(cell: Cell, bytes: Uint8Array, excerpt: Excerpt, signal: Signal): string {
  const first = cell.signals.indexOf(signal) * cell.characters + excerpt.offset;
  const neutral = neutralStep(signal);
  const behind = lag(cell.alignment);
  const stepOf = (t: number): number => (t < behind ? neutral : stepOfByte(bytes[first + t - behind]!));
  return passageHtml(excerpt.text, stepOf, { neutral, keepLines: watchesLines(cell) });
}

/** The first `length` characters of a passage, cut after a whole word. */
function shorten(excerpt: Excerpt, length: number): Excerpt {
  const characters = [...excerpt.text];
  if (characters.length <= length) return excerpt;
  const end = characters.slice(0, length).findLastIndex((character) => /\s/u.test(character));
  return { ...excerpt, text: characters.slice(0, end < 0 ? length : end).join('') };
}

/** A cell as a page about a hypothesis shows it: by the signal and alignment with which it follows that one. */
function asFollowing(cell: Cell, hypothesis: string | undefined): Cell {
  const score = cell.scores.find((candidate) => candidate.hypothesis === hypothesis);
  return score === undefined ? cell : { ...cell, signal: score.signal, alignment: score.alignment };
}

/**
 * What a page about many cells shows of one: the beginning of its first passage.
 * @param length in code points
 * @param hypothesis what it is shown for; its best hypothesis when left out
 */
export function leadExcerpt(
  gallery: string,
  id: string,
  length: number,
  hypothesis?: string,
): { cell: Cell; signal: Signal; html: string } {
  const cell = asFollowing(readCell(gallery, id), hypothesis);
  const bytes = readSideFile(gallery, cell.bytes);
  const excerpt = cell.excerpts.find(({ kind }) => kind === 'lead') ?? cell.excerpts[0];
  const { signal } = cell;
  return {
    cell,
    signal,
    html: excerpt === undefined ? '' : excerptHtml(cell, bytes, shorten(excerpt, length), signal),
  };
}

/** The output h over the beginning of a cell's first passage, for its link preview. */
export function leadSwatch(gallery: string, id: string): { cell: Cell; swatch: Swatch } {
  const cell = readCell(gallery, id);
  const bytes = readSideFile(gallery, cell.bytes).subarray(cell.signals.indexOf('h') * cell.characters);
  return { cell, swatch: { bytes, columns: 50, rows: 8 } };
}
