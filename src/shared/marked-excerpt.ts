// An excerpt of a cell's page that is marked in the book, in the address of the reader.
import { ALIGNMENTS, type Alignment, KNOWN_SIGNALS, type Signal } from '../../pipeline/base/signals.ts';

export interface MarkedExcerpt {
  /** Where it begins in the readable text, and how long it is. */
  readonly at: number;
  readonly length: number;
  /** Its first character in the cell's side file, which has all signals over the excerpts, where the book has the output alone. */
  readonly offset: number;
  readonly signal: Signal;
  readonly alignment: Alignment;
}

export function placeQuery({ at, length, offset, signal, alignment }: MarkedExcerpt): string {
  const parts = { at, to: at + length, offset, signal, ...(alignment === 'reading' ? {} : { alignment }) };
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** The excerpt that an address asks for; null where it asks for none, or for something that none can be. */
export function markedIn(asked: URLSearchParams): MarkedExcerpt | null {
  const number = (name: string): number => Number.parseInt(asked.get(name) ?? '', 10);
  const [at, to, offset] = [number('at'), number('to'), number('offset')];
  const signal = KNOWN_SIGNALS.find((known) => known === asked.get('signal'));
  if (signal === undefined || !(at >= 0 && to > at && offset >= 0)) return null;
  const alignment = ALIGNMENTS.find((known) => known === asked.get('alignment')) ?? 'reading';
  return { at, length: to - at, offset, signal, alignment };
}
