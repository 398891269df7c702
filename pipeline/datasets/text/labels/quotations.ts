import type { Span } from '../../../base/positions.ts';
import { isLetterOrDigit } from '../marks.ts';
import { isSpace, trim } from '../paragraphs.ts';
import type { TextView } from '../text-view.ts';

/** Words that are labelled after a closing mark. */
const WORDS_AFTER = 2;

/**
 * The text of outermost quotations with its opening mark and without its closing mark: whoever has read the first is
 * inside, whoever has read the second is outside again.
 */
export function insideQuotes({ quotations }: TextView): Span[] {
  return quotations
    .filter(({ depth }) => depth === 0)
    .map(({ start, end, closed }) => ({ start, end: closed ? end - 1 : end }));
}

/**
 * The first two words after a closing mark, each with the white space right before it, up to the end of the paragraph
 * or the next opening mark. Punctuation on the way is not labelled and does not count.
 */
export function afterQuotes(view: TextView): Span[] {
  const { characters, quotations, words, paragraphs } = view;
  const openings = new Set(quotations.flatMap((quotation) => quotation.openings));
  const closings = quotations.flatMap(({ end, closed }) => (closed ? [end] : [])).sort((a, b) => a - b);
  const spans: Span[] = [];
  let word = 0;
  let paragraph = 0;
  for (const closing of closings) {
    while (paragraphs[paragraph]!.end < closing) paragraph += 1;
    while (word < words.length && words[word]!.start < closing) word += 1;
    const limit = trim(characters, paragraphs[paragraph]!).end;
    let from = closing;
    for (const { start, end } of words.slice(word, word + WORDS_AFTER)) {
      if (end > limit || hasAny(openings, from, start)) break;
      spans.push({ start: startOfSpace(characters, from, start), end });
      from = end;
    }
  }
  return spans;
}

/** The apostrophe, in typographic or typewriter shape, as against the mark that closes a quotation. */
export function apostrophe({ characters, quotationMarks }: TextView): Span[] {
  return characters.flatMap((character, position) =>
    (character === '’' || character === "'") && !quotationMarks.has(position)
      ? [{ start: position, end: position + 1 }]
      : [],
  );
}

function hasAny(positions: ReadonlySet<number>, start: number, end: number): boolean {
  for (let position = start; position < end; position++) if (positions.has(position)) return true;
  return false;
}

function startOfSpace(characters: readonly string[], from: number, end: number): number {
  let start = end;
  while (start > from && isSpace(characters[start - 1])) start -= 1;
  return start;
}

/** The first letter or digit of each sentence. */
export function sentenceInitial({ characters, sentences }: TextView): Span[] {
  return sentences.flatMap(({ start, end }) => {
    let first = start;
    while (first < end && !isLetterOrDigit(characters[first])) first += 1;
    return first < end ? [{ start: first, end: first + 1 }] : [];
  });
}

/** The stop that ends each sentence, without the marks that close a quotation behind it. */
export function sentenceFinal({ sentences }: TextView): Span[] {
  return sentences.flatMap(({ stop }) => stop ?? []);
}
