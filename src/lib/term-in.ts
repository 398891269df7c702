// Finds a term in words that were not written for a page: the unit of a loss, the title of an axis.
import type { TermId } from './terms.ts';

const NAMES: Readonly<Record<string, TermId>> = {
  'shift p': 'time-shift',
  nats: 'loss',
  'log-odds': 'contribution',
  untrained: 'untrained-twin',
};
const ANY = new RegExp(`\\b(?:${Object.keys(NAMES).join('|')})\\b`, 'iu');

/** The first term in some words with what stands around it; null where there is none. */
export function termIn(words: string): { before: string; term: string; after: string; id: TermId } | null {
  const match = ANY.exec(words);
  if (match === null) return null;
  const [term] = match;
  const end = match.index + term.length;
  return { before: words.slice(0, match.index), term, after: words.slice(end), id: NAMES[term.toLowerCase()]! };
}
