// A few characters of a cell's excerpt over which its value goes up and down: enough to see what a cell is.
import { domainOf, fromByte } from '../../pipeline/base/bytes.ts';
import type { Domains } from '../../pipeline/base/schemas.ts';
import type { Signal } from '../../pipeline/base/signals.ts';
import type { Cell } from '../../pipeline/contract/index.ts';
import { lag, stepOfByte } from '../shared/scale.ts';

/** As many as stand side by side on a phone. */
export const MOST = 38;

export interface OneCell {
  /** At most {@link MOST}. */
  readonly characters: readonly string[];
  /** What each is coloured by, over the signal's domain. */
  readonly values: readonly number[];
  readonly steps: readonly number[];
}

/**
 * The words of a cell's first excerpt, all in one line, over which the signal is as far up as it is down; null where no line
 * is long enough.
 * @param bytes the cell's side file
 */
export function oneCell(cell: Cell, bytes: Uint8Array, signal: Signal, domains: Domains): OneCell | null {
  const excerpt = cell.excerpts.find(({ kind }) => kind === 'lead') ?? cell.excerpts[0];
  if (excerpt === undefined) return null;
  const characters = [...excerpt.text];
  const { low, high } = domainOf(domains, signal);
  const middle = (low + high) / 2;
  const first =
    cell.signals.indexOf(signal) * cell.characters +
    excerpt.offset -
    (excerpt.tokens === undefined ? lag(cell.alignment) : 0);
  const byteAt = (t: number): number => bytes[first + t]!;
  const values = characters.map((_, t) => fromByte(byteAt(t), domainOf(domains, signal)));
  let best: { start: number; end: number; balance: number } | null = null;
  for (let start = 1; start + MOST < characters.length; start++) {
    const begins = isSpace(characters[start - 1]!) && !isSpace(characters[start]!);
    const line = characters.slice(start, start + MOST + 1);
    if (!begins || line.includes('\n')) continue;
    const end = start + line.findLastIndex(isSpace);
    const around = values.slice(start, end).map((value) => value - middle);
    const up = around.reduce((sum, value) => sum + Math.max(0, value), 0);
    const down = around.reduce((sum, value) => sum - Math.min(0, value), 0);
    const balance = Math.min(up, down);
    if (end > start && (best === null || balance > best.balance)) best = { start, end, balance };
  }
  if (best === null) return null;
  const { start, end } = best;
  return {
    characters: characters.slice(start, end),
    values: values.slice(start, end),
    steps: Array.from({ length: end - start }, (_, t) => stepOfByte(byteAt(start + t))),
  };
}

const isSpace = (character: string): boolean => /\s/u.test(character);
