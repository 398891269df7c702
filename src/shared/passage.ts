// A passage that somebody selected, in the address of the page that ranks all cells by it.
import type { Span } from '../../pipeline/base/positions.ts';

/** @param passage in characters of the held-out text */
export const passageQuery = ({ start, end }: Span): string => `from=${start}&to=${end}`;

/** The passage that an address asks for; null where it asks for none, or for one that no text can have. */
export function passageIn(asked: URLSearchParams): Span | null {
  const number = (name: string): number =>
    /^\d+$/u.test(asked.get(name) ?? '') ? Number(asked.get(name)) : Number.NaN;
  const [start, end] = [number('from'), number('to')];
  return end > start ? { start, end } : null;
}
