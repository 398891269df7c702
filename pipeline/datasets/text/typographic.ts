// Straight quotation marks set as English books have them.
import { retext } from 'retext';
import retextSmartypants from 'retext-smartypants';
import { toCharacters } from '../../base/positions.ts';
import { losesBeginning } from './marks.ts';
import { findQuotations } from './quotes.ts';

/**
 * 1. Straight quotes become typographic, by retext-smartypants; dashes, ellipses and backticks stay as they are.
 * 2. Where that took the wrong mark it is set right by what the mark does: an opening mark is ‘ or “, an apostrophe ’.
 *
 * Straight marks in a row, of which no rule makes sense, may stay; a text in which none did is left as it is when this is
 * done again.
 */
export function setTypographicQuotes(text: string): string {
  return correctMarks(educateQuotes(text));
}

/** The first of {@link setTypographicQuotes}'s steps alone. */
export function educateQuotes(text: string): string {
  return paragraphsTogether(text)
    .map((piece) => String(typographer.processSync(piece)))
    .join('');
}

/** The library takes time as the square of a text's length, and a hundred times its size in memory. */
const ENOUGH = 20_000;

/** Pieces that end with a blank line, beyond which no mark looks. */
function paragraphsTogether(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const { index, 0: blank } of text.matchAll(/\n{2,}/g)) {
    const end = index + blank.length;
    if (end - start < ENOUGH) continue;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return [...pieces, text.slice(start)];
}

const typographer = retext().use(retextSmartypants, { dashes: false, ellipses: false, backticks: false }).freeze();

/** ''Tis: an opening mark and an apostrophe, which retext-smartypants takes for one mark and leaves. */
const QUOTE_AND_ELISION = /''(?=(\p{L}+))/gu;

function correctMarks(text: string): string {
  const opened = text.replace(QUOTE_AND_ELISION, (marks, word: string) => (losesBeginning(word) ? '‘’' : marks));
  const characters = toCharacters(opened);
  const openings = new Set(findQuotations(characters).flatMap((quotation) => quotation.openings));
  return characters
    .map((mark, position) => (openings.has(position) ? OPENING : NOT_OPENING).get(mark) ?? mark)
    .join('');
}

const OPENING: ReadonlyMap<string, string> = new Map([
  ['’', '‘'],
  ['”', '“'],
]);
const NOT_OPENING: ReadonlyMap<string, string> = new Map([
  ['‘', '’'],
  ['“', '”'],
]);
