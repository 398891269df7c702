// Letters that stand for vowels, in scripts that write vowels as letters of their own, whatever accents they bear.
import type { Span } from '../../../base/positions.ts';
import type { TextView } from '../text-view.ts';

/** Of Latin, Greek and Cyrillic script, without accents, which Unicode's decomposition takes off. */
const VOWELS = new Set('aeiouæœøıαεηιουωаеиоуыэюяієѣѵ');
/** Letters that decompose into a vowel and a mark, and are none: й and ў. */
const CONSONANTS = new Set('йў');
const MARK = /\p{M}/u;

/** Each vowel with the marks that follow it; й and ў are consonants, whether in one character or two. */
export function vowel({ characters }: TextView): Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < characters.length; ) {
    let end = start + 1;
    while (end < characters.length && MARK.test(characters[end]!)) end += 1;
    if (isVowel(characters.slice(start, end).join(''))) spans.push({ start, end });
    start = end;
  }
  return spans;
}

/** @param letter with its marks, if there are any */
function isVowel(letter: string): boolean {
  const lower = letter.toLowerCase();
  return !CONSONANTS.has(lower.normalize('NFC')) && VOWELS.has(lower.normalize('NFD')[0] ?? '');
}
