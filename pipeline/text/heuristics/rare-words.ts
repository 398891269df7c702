import type { Passage } from '../passage.ts';
import type { Span } from '../positions.ts';

/** A word is rare if the whole text has it at most so often, in whatever case. */
const AT_MOST = 2;

export function rareWord(passage: Passage): Span[] {
  return passage.words.filter((word) => passage.spellings.get(passage.slice(word).toLowerCase())! <= AT_MOST);
}
