import { retext } from 'retext';
import retextSmartypants from 'retext-smartypants';
import { type Characters, toCharacters } from '../../base/positions.ts';
import { losesBeginning } from './marks.ts';
import { findQuotations } from './quotes.ts';

/**
 * Brings a text into the form that everything else reads:
 *
 * 1. Line breaks (CRLF, or CR alone) become U+000A.
 * 2. Runs of U+0020 become one. Line breaks stay, and with them the lines of verse.
 * 3. Straight quotes become typographic, by retext-smartypants; dashes, ellipses and backticks stay as they are.
 * 4. Where that took the wrong mark it is set right by what the mark does: an opening mark is ‘ or “, an apostrophe ’.
 *
 * Nothing else changes. Straight marks in a row, of which no rule makes sense, may stay; a text in which none did is
 * left as it is when cleaned again.
 */
export function cleanText(raw: string): string {
  const spaced = raw.replace(/\r\n?/g, '\n').replace(/ +/g, ' ');
  return correctMarks(educateQuotes(spaced));
}

/**
 * Cleans a text whose positions must stay, as far as they let it: steps 1, 3 and 4 of {@link cleanText}, but that a CR
 * before a line break becomes a space. Where the marks cannot be set without moving a position, they stay too.
 * @returns as many characters as before
 */
export function cleanInPlace(characters: Characters): Characters {
  const broken = characters.map((character, position) => {
    if (character !== '\r') return character;
    return characters[position + 1] === '\n' ? ' ' : '\n';
  });
  const marked = toCharacters(correctMarks(educateQuotes(broken.join(''))));
  return marked.length === broken.length ? marked : broken;
}

/** Step 3 of {@link cleanText} alone. */
export function educateQuotes(text: string): string {
  return String(typographer.processSync(text));
}

const typographer = retext().use(retextSmartypants, { dashes: false, ellipses: false, backticks: false }).freeze();

/** ''Tis: an opening mark and an apostrophe, which retext-smartypants takes for one mark and leaves. */
const QUOTE_AND_ELISION = /''(?=(\p{L}+))/gu;

/** Step 4 of {@link cleanText}. */
export function correctMarks(text: string): string {
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
