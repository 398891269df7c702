// What a comparison shows, and how an address says it.
import type { Span } from '../../pipeline/base/positions.ts';
import { pearson } from '../../pipeline/statistics/association.ts';

/** Most cells that are compared at once. */
export const MOST_CELLS = 8;
/** Lengths of an excerpt that are offered, in code points. */
export const LENGTHS = [300, 600, 1200];

/** Signals that are kept over a text that can be read on: the output and the memory. */
export const COMPARED = ['h', 'c'] as const;
export type ComparedSignal = (typeof COMPARED)[number];

export interface Comparison {
  readonly signal: ComparedSignal;
  /** Ids from top to bottom, each once. */
  readonly cells: readonly string[];
  /** Where the excerpt begins: for the output in the readable text, for the memory in the held-out one. */
  readonly at: number;
  readonly length: number;
}

/**
 * Reads what an address asks for. What it does not say, or says wrongly, is as in `first`; the names of cells that there
 * are none of are returned beside it.
 * @param idOf the id that is meant, or null where there is no such cell
 * @param characters of the whole text
 */
export function readComparison(
  asked: URLSearchParams,
  first: Comparison,
  idOf: (typed: string) => string | null,
  characters: number,
): { comparison: Comparison; unknown: string[] } {
  const typed = [...(asked.get('cells')?.split(',') ?? first.cells), asked.get('add') ?? ''].filter(
    (name) => name.trim() !== '',
  );
  const unknown = typed.filter((name) => idOf(name) === null);
  const cells = [...new Set(typed.map(idOf).filter((id) => id !== null))].slice(0, MOST_CELLS);
  const length = LENGTHS.find((candidate) => candidate === Number(asked.get('length'))) ?? first.length;
  const at = asked.has('at') ? Number(asked.get('at')) : first.at;
  const comparison = {
    signal: signalIn(asked, first),
    cells: cells.length > 0 ? cells : first.cells,
    at: Number.isInteger(at) ? Math.max(0, Math.min(at, characters - 1)) : first.at,
    length,
  };
  return { comparison, unknown };
}

/** The signal that an address asks for. */
export function signalIn(asked: URLSearchParams, first: Pick<Comparison, 'signal'>): ComparedSignal {
  return COMPARED.find((signal) => signal === asked.get('signal')) ?? first.signal;
}

/** The query that asks for a comparison; what goes without saying is left out. */
export function writeComparison({ signal, cells, at, length }: Comparison, first: Comparison): string {
  const parts: string[] = [];
  if (signal !== first.signal) parts.push(`signal=${signal}`);
  if (String(cells) !== String(first.cells)) parts.push(`cells=${cells.join(',')}`);
  if (at !== first.at) parts.push(`at=${at}`);
  if (length !== first.length) parts.push(`length=${length}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** The list with the entry at `index` moved by `by` places, as far as there are any. */
export function moved<T>(list: readonly T[], index: number, by: number): T[] {
  const rest = list.toSpliced(index, 1);
  return rest.toSpliced(Math.max(0, Math.min(rest.length, index + by)), 0, list[index]!);
}

/** What lies in some spans, end to end. */
export function gathered(bytes: Uint8Array, spans: readonly Span[]): Uint8Array {
  const out = new Uint8Array(spans.reduce((sum, { start, end }) => sum + end - start, 0));
  let at = 0;
  for (const { start, end } of spans) {
    out.set(bytes.subarray(start, end), at);
    at += end - start;
  }
  return out;
}

/**
 * Pearson's correlation of two cells' outputs; bytes do as well as values, since it does not depend on the scale.
 * @returns a number in [-1, 1], or NaN where one of them does not change
 */
export function correlation(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const sums = { n: first.length, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (let t = 0; t < first.length; t++) {
    const [x, y] = [first[t]!, second[t]!];
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  return pearson(sums);
}
