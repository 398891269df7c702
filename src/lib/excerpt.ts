// A cell's excerpts: in which order and why they are shown, and as HTML coloured by one signal.
import type { Signal } from '../../pipeline/base/signals.ts';
import type { Cell } from '../../pipeline/contract/index.ts';
import { integer } from '../shared/format.ts';
import { lag, neutralStep, scaleKind, stepOfByte } from '../shared/scale.ts';
import { heardSummary } from '../shared/summary.ts';
import { SIGNAL_WORDS } from '../shared/words.ts';
import { readCell, valuesOf } from './artifacts.ts';
import type { Swatch } from './preview.ts';
import { textHtml } from './text-html.ts';

type Excerpt = Cell['excerpts'][number];

/** How many characters earlier the value is read that colours a character; a token has its own in any case. */
function lagOf({ alignment }: Pick<Cell, 'alignment'>, { tokens }: Excerpt): number {
  return tokens === undefined ? lag(alignment) : 0;
}

/** Which steps of its text an excerpt has, from the first up to, not including, the last. */
export function stepsOf({ start, text, tokens }: Excerpt): { first: number; end: number } {
  const first = tokens?.first ?? start ?? 0;
  return { first, end: first + (tokens?.lengths.length ?? [...text].length) };
}

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
 * One excerpt coloured by a signal, under the cell's alignment; what has no value before it stays without colour.
 * @param bytes the cell's values
 */
export function excerptHtml(cell: Cell, bytes: Uint8Array, excerpt: Excerpt, signal: Signal): string {
  const first = cell.signals.indexOf(signal) * cell.characters + excerpt.offset;
  const neutral = neutralStep(signal);
  const behind = lagOf(cell, excerpt);
  const stepOf = (t: number): number => (t < behind ? neutral : stepOfByte(bytes[first + t - behind]!));
  return textHtml(excerpt.text, stepOf, { neutral, keepLines: watchesLines(cell), peak: peakOf(cell, excerpt) });
}

/** One excerpt as HTML without its colours. */
export function plainHtml(cell: Cell, excerpt: Excerpt): string {
  const neutral = neutralStep(cell.signal);
  return textHtml(excerpt.text, () => neutral, { neutral, keepLines: watchesLines(cell) });
}

/** The character of an excerpt whose colour is furthest on or off; undefined where none is marked. */
export function peakOf(cell: Cell, excerpt: Excerpt): number | undefined {
  const { peak, text } = excerpt;
  if (peak === undefined) return undefined;
  const coloured = peak + lagOf(cell, excerpt);
  return coloured < [...text].length ? coloured : undefined;
}

/** Where a signal is high and low over an excerpt, in words. @param bytes the cell's values */
export function excerptSummary(cell: Cell, bytes: Uint8Array, excerpt: Excerpt): string {
  const { signal } = cell;
  const first = cell.signals.indexOf(signal) * cell.characters + excerpt.offset;
  const behind = lagOf(cell, excerpt);
  const shareAt = (t: number) => (t < behind ? null : bytes[first + t - behind]! / 255);
  return heardSummary([...excerpt.text], shareAt, SIGNAL_WORDS[signal].name);
}

/** The first `length` characters of an excerpt, cut after a whole word. */
function shorten(excerpt: Excerpt, length: number): Excerpt {
  const characters = [...excerpt.text];
  if (characters.length <= length) return excerpt;
  const end = characters.slice(0, length).findLastIndex((character) => /\s/u.test(character));
  return { ...excerpt, text: characters.slice(0, end < 0 ? length : end).join('') };
}

/**
 * What a page about many cells shows of one: the beginning of its first excerpt.
 * @param length in code points
 * @param hypothesis by whose signal and alignment it is shown; those of its best one when left out
 */
export function leadExcerpt(gallery: string, id: string, length: number, hypothesis?: string) {
  const known = readCell(gallery, id);
  const [first, ...others] = known.scores;
  // What heads the cell is shown as its page shows it.
  const score = first?.hypothesis === hypothesis ? undefined : others.find((other) => other.hypothesis === hypothesis);
  const cell: Cell = score === undefined ? known : { ...known, signal: score.signal, alignment: score.alignment };
  const bytes = valuesOf(cell);
  const excerpt = cell.excerpts.find(({ kind }) => kind === 'lead') ?? cell.excerpts[0];
  const { signal } = cell;
  const html = excerpt === undefined ? '' : excerptHtml(cell, bytes, shorten(excerpt, length), signal);
  return { cell, signal, html };
}

/** The signal that a cell's page opens with over the beginning of its first excerpt, for its link preview. */
export function leadSwatch(gallery: string, id: string): { cell: Cell; swatch: Swatch } {
  const cell = readCell(gallery, id);
  const bytes = valuesOf(cell).subarray(cell.signals.indexOf(cell.signal) * cell.characters);
  return { cell, swatch: { bytes, columns: 50, rows: 8, kind: scaleKind(cell.signal) } };
}

/** Why an excerpt is among those of its kind, as a sentence; empty where its heading says all. */
export function whyShown({ kind, percentile, mistakes }: Cell['excerpts'][number]): string {
  if (percentile !== undefined) return `Its mean is above that of ${percentile}% of all excerpts.`;
  if (mistakes === undefined) return '';
  const [one, several] = kind === 'miss' ? ['miss', 'misses'] : ['false alarm', 'false alarms'];
  return `${integer(mistakes)} ${mistakes === 1 ? one : several} in it.`;
}
