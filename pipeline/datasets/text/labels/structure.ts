// What any text has: brackets, headings, words that come again.
import type { Span } from '../../../base/positions.ts';
import { trim } from '../paragraphs.ts';
import type { TextView } from '../text-view.ts';

const CLOSES: ReadonlyMap<string, string> = new Map(
  ['()', '[]', '{}', '（）', '［］', '｛｝', '【】', '〈〉', '《》', '〔〕', '⟨⟩'].map(([opening, closing]) => [
    closing!,
    opening!,
  ]),
);
const OPENS = new Set(CLOSES.values());

/** How many brackets of any kind are open after each character; a blank line ends them all. */
export function bracketDepth({ characters, paragraphs }: TextView): Float32Array {
  const values = new Float32Array(characters.length);
  for (const { start, end } of paragraphs) {
    let open: string[] = [];
    for (let position = start; position < end; position++) {
      const character = characters[position]!;
      if (OPENS.has(character)) open.push(character);
      const innermost = open.lastIndexOf(CLOSES.get(character) ?? '');
      if (innermost >= 0) open = open.slice(0, innermost);
      values[position] = open.length;
    }
  }
  return values;
}

/** What stands in square brackets, and in curly ones. */
export const insideSquareBrackets = insideBrackets(['[]', '［］']);
export const insideCurlyBrackets = insideBrackets(['{}', '｛｝']);

/**
 * What stands in brackets of a kind, from the outermost opening one up to, not including, the one that closes it; one that is not
 * closed within its paragraph opens nothing.
 * @param pairs an opening bracket and the one that closes it
 */
function insideBrackets(pairs: readonly string[]): (view: TextView) => Span[] {
  const closes = new Map(pairs.map(([opening, closing]) => [opening!, closing!]));
  return ({ characters, paragraphs }) =>
    paragraphs.flatMap(({ start, end }) => {
      const spans: Span[] = [];
      const open: { readonly at: number; readonly closing: string }[] = [];
      for (let position = start; position < end; position++) {
        const character = characters[position]!;
        const closing = closes.get(character);
        if (closing !== undefined) open.push({ at: position, closing });
        else if (open.at(-1)?.closing === character) spans.push({ start: open.pop()!.at, end: position });
      }
      return spans;
    });
}

/** Words that are looked back for another one of the same spelling. */
const WINDOW = 100;

export function repeatedWord(view: TextView): Span[] {
  const last = new Map<string, number>();
  return view.words.filter((word, index) => {
    const spelling = view.slice(word).toLowerCase();
    const before = last.get(spelling);
    last.set(spelling, index);
    return before !== undefined && index - before <= WINDOW;
  });
}

const LONGEST_HEADING = 60;
/** What ends a sentence or clause, or what somebody said. */
const ENDS = /[\p{Sentence_Terminal}\p{Pf}…,;:"'”“»)\]]$/u;
const MARKDOWN = /^#{1,6} /;

export function heading(view: TextView): Span[] {
  return view.paragraphs.flatMap((paragraph) => {
    const span = trim(view.characters, paragraph);
    const text = view.slice(span);
    if (MARKDOWN.test(text)) {
      const length = view.characters.slice(span.start, span.end).indexOf('\n');
      return { start: span.start, end: length < 0 ? span.end : span.start + length };
    }
    const isShort = span.end > span.start && span.end - span.start <= LONGEST_HEADING && !text.includes('\n');
    return isShort && /\p{L}/u.test(text) && !ENDS.test(text) ? span : [];
  });
}
