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

const ENDS_CLAUSE = new Set(',;:.!?()[]—–');

/**
 * The clause beside a quotation that says who speaks and how: said the Hatter. It lies between the quotation and the
 * next punctuation, quotation mark or paragraph end, after the closing mark or before an opening one (a comma, colon
 * or dash right before that mark aside), and has a verb of speech in it.
 */
export function dialogueTag(view: TextView): Span[] {
  const { characters, quotations } = view;
  const isBoundary = clauseBoundaries(view);
  const spans: Span[] = [];
  for (const { openings, end, closed } of quotations) {
    if (closed) {
      let clauseEnd = end;
      while (clauseEnd < characters.length && !isBoundary[clauseEnd]) clauseEnd += 1;
      spans.push(trim(characters, { start: end, end: clauseEnd }));
    }
    const last = endOfClauseBefore(characters, openings[0]!);
    let first = last;
    while (first > 0 && !isBoundary[first - 1]) first -= 1;
    spans.push(trim(characters, { start: first, end: last }));
  }
  return spans.filter((span) => isSpeechTag(view.slice(span)));
}

function endOfClauseBefore(characters: readonly string[], mark: number): number {
  let end = mark;
  while (end > 0 && end > mark - 4 && (isSpace(characters[end - 1]) || ',:-—'.includes(characters[end - 1]!))) end -= 1;
  return end;
}

/** 1 at each position that no clause runs over: punctuation, dashes, quotation marks, the white space between paragraphs. */
function clauseBoundaries({ characters, paragraphs, quotationMarks }: TextView): Uint8Array {
  const isBoundary = Uint8Array.from(characters, (character, position) => {
    const isDash = character === '-' && (characters[position - 1] === '-' || characters[position + 1] === '-');
    return isDash || ENDS_CLAUSE.has(character) || quotationMarks.has(position) ? 1 : 0;
  });
  for (const paragraph of paragraphs) isBoundary.fill(1, trim(characters, paragraph).end, paragraph.end);
  return isBoundary;
}

/** Verbs that introduce what is said or thought, as narrators use them: past and present. */
const SPEECH_VERBS = new Set(
  `said says thought thinks replied replies cried cries asked asks added adds answered answers
  remarked remarks exclaimed shouted shouts screamed shrieked whispered whispers muttered murmured called began begun
  continued continues repeated inquired enquired demanded observed interrupted explained suggested ventured growled
  sighed sobbed roared pleaded grumbled panted persisted insisted protested announced declared returned rejoined
  retorted yelled bawled mumbled stammered faltered gasped moaned groaned wondered
  argued agreed admitted confessed concluded commanded ordered begged warned urged squeaked chimed`.split(/\s+/),
);

/** With these a clause tells what happens meanwhile, as in "As she said this", and names no speaker. */
const SUBORDINATING = new Set(['as', 'when', 'while']);

/** @returns whether a clause has a verb of speech in it, or "went on" */
export function isSpeechTag(clause: string): boolean {
  const words = clause.toLowerCase().match(/\p{L}+/gu) ?? [];
  if (SUBORDINATING.has(words[0] ?? '')) return false;
  return words.some((word, index) => SPEECH_VERBS.has(word) || (word === 'went' && words[index + 1] === 'on'));
}
