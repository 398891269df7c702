import { isSpace, trim } from '../paragraphs.ts';
import type { Passage } from '../passage.ts';
import type { Span } from '../positions.ts';
import { isSpeechTag } from './speech-verbs.ts';

const ENDS_CLAUSE = new Set(',;:.!?()[]—–');

/**
 * The clause beside a quotation that says who speaks and how: said the Hatter. It lies between the quotation and the
 * next punctuation, quotation mark or paragraph end, after the closing mark or before an opening one (a comma, colon
 * or dash right before that mark aside), and has a verb of speech in it.
 */
export function dialogueTag(passage: Passage): Span[] {
  const { characters, quotations } = passage;
  const isBoundary = clauseBoundaries(passage);
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
  return spans.filter((span) => isSpeechTag(passage.slice(span)));
}

function endOfClauseBefore(characters: readonly string[], mark: number): number {
  let end = mark;
  while (end > 0 && end > mark - 4 && (isSpace(characters[end - 1]) || ',:-—'.includes(characters[end - 1]!))) end -= 1;
  return end;
}

/** 1 at each position that no clause runs over: punctuation, dashes, quotation marks, the white space between paragraphs. */
function clauseBoundaries({ characters, paragraphs, quotationMarks }: Passage): Uint8Array {
  const isBoundary = Uint8Array.from(characters, (character, position) => {
    const isDash = character === '-' && (characters[position - 1] === '-' || characters[position + 1] === '-');
    return isDash || ENDS_CLAUSE.has(character) || quotationMarks.has(position) ? 1 : 0;
  });
  for (const paragraph of paragraphs) isBoundary.fill(1, trim(characters, paragraph).end, paragraph.end);
  return isBoundary;
}
