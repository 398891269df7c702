import type { Passage } from '../passage.ts';
import type { Span } from '../positions.ts';

/** A word is rare if the whole text has it at most so often, in whatever case. */
const AT_MOST = 2;

export function rareWord(passage: Passage): Span[] {
  const spellings = passage.words.map((word) => passage.slice(word).toLowerCase());
  const counts = new Map<string, number>();
  for (const spelling of spellings) counts.set(spelling, (counts.get(spelling) ?? 0) + 1);
  return passage.words.filter((_, index) => counts.get(spellings[index]!)! <= AT_MOST);
}
