// Where quotations begin and end. The hard part is ’, which is the closing mark and the apostrophe both: letting each
// of them close a quotation mislabels a sixth of Alice's Adventures in Wonderland.

import type { Characters } from '../../base/positions.ts';
import { type Evidence, findMarks, lookAhead, type Mark } from './marks.ts';
import { Nesting, type Quotation } from './nesting.ts';
import { paragraphs, startsVerse, trim } from './paragraphs.ts';

/**
 * Finds the quotations of a text with typographic marks, British (‘outer “inner”’) or American, or straight double
 * ones. Ordered by their starts; they nest and never cross. Linear in the length of the text.
 *
 * What the neighbours of a mark leave undecided is decided by what is open and by the next mark that is certain. At
 * the end of a paragraph a quotation goes on if the next one repeats its opening mark, or if its closing mark comes
 * before any other opening one, or if both are verse, whose stanzas repeat the mark or not as they please. Otherwise
 * its closing mark is missing: it ends with the paragraph.
 */
export function findQuotations(characters: Characters): Quotation[] {
  const marks = findMarks(characters);
  const certain = lookAhead(marks, ({ evidence }) => CERTAIN.has(evidence));
  const closing = lookAhead(marks, ({ evidence }) => evidence !== 'may-open');
  const nesting = new Nesting();
  let index = 0;
  let previousEnd = 0;

  for (const paragraph of paragraphs(characters)) {
    const { start, end } = trim(characters, paragraph);
    const repeated = repeatOpenings(nesting, marks, index, start, previousEnd);
    index += repeated;
    if (repeated === 0) {
      const missing = nesting.kinds.findIndex((kind) => !goesOn(characters, start, certain[kind][index]));
      if (missing >= 0) nesting.abandon(missing, previousEnd);
    }
    for (; index < marks.length && marks[index]!.position < end; index++) {
      const mark = marks[index]!;
      const within = (next: Mark | undefined) =>
        next !== undefined && next.position < end ? next.evidence : undefined;
      const nextCertain = within(certain[mark.kind][index + 1]);
      const next = within(closing[mark.kind][index + 1]);
      const role = roleOf(mark, nesting, nextCertain, next, characters);
      if (role === 'closes') nesting.close(mark);
      if (role === 'opens') {
        // Marks of one kind do not nest directly, so the closing mark of the one that is open is missing.
        if (nesting.kinds.at(-1) === mark.kind) nesting.abandon(nesting.depth - 1, mark.position);
        nesting.open(mark);
      }
    }
    previousEnd = end;
  }
  nesting.abandon(0, previousEnd);
  return nesting.ended();
}

const CERTAIN: ReadonlySet<Evidence> = new Set(['opens', 'closes', 'either']);

/** @param nextCertain, next what follows in the same paragraph, of the mark's kind: certain, and able to close at all */
function roleOf(
  { evidence, kind, position }: Mark,
  nesting: Nesting,
  nextCertain: Evidence | undefined,
  next: Evidence | undefined,
  characters: Characters,
): 'opens' | 'closes' | 'apostrophe' {
  const mayClose = nesting.kinds.at(-1) === kind && nextCertain !== 'closes';
  switch (evidence) {
    case 'opens':
    case 'closes':
      return evidence;
    case 'either':
      return nesting.has(kind) ? 'closes' : 'opens';
    case 'may-open':
      return !nesting.has(kind) && nextCertain === 'closes' ? 'opens' : 'apostrophe';
    case 'may-close':
      return mayClose ? 'closes' : 'apostrophe';
    case 'hardly-closes': {
      const isLast = next !== 'may-close' && next !== 'hardly-closes';
      return mayClose && isLast && endsQuotedWords(characters, position) ? 'closes' : 'apostrophe';
    }
  }
}

/** Words that are quoted without a stop, as in ‘The Sailors’ Rest’, are no longer than this. */
const LONGEST_QUOTED_WORDS = 60;

/** Whether a few words without a stop lie between a mark and the opening one before it. A speech would have a stop. */
function endsQuotedWords(characters: Characters, position: number): boolean {
  for (let before = position - 1; before >= position - LONGEST_QUOTED_WORDS; before--) {
    const character = characters[before];
    if (character === '‘') return true;
    if (character === undefined || '.,;:!?'.includes(character)) return false;
  }
  return false;
}

/** How far an open quotation looks over paragraph ends for its closing mark, in characters: a few stanzas. */
const FARTHEST_CLOSING = 1000;

/** Whether a quotation that was open before the paragraph whose text starts at `start` is still open in it. */
function goesOn(characters: Characters, start: number, next: Mark | undefined): boolean {
  if (next === undefined || next.position > start + FARTHEST_CLOSING) return false;
  if (next.evidence === 'closes') return true;
  return startsVerse(characters, start) && startsVerse(characters, next.position);
}

/**
 * Takes the opening marks at the very start of a paragraph as repetitions of those that are open. Quotations inside
 * the last one repeated have ended with the paragraph before.
 * @returns how many marks were repetitions
 */
function repeatOpenings(
  nesting: Nesting,
  marks: readonly Mark[],
  from: number,
  start: number,
  previousEnd: number,
): number {
  const kinds = nesting.kinds;
  let depth = 0;
  let repeated = 0;
  for (;;) {
    const mark = marks[from + repeated];
    if (mark?.position !== start + repeated || (mark.evidence !== 'opens' && mark.evidence !== 'either')) break;
    const match = kinds.indexOf(mark.kind, depth);
    if (match < 0) break;
    nesting.repeat(match, mark);
    depth = match + 1;
    repeated += 1;
  }
  if (repeated > 0) nesting.abandon(depth, previousEnd);
  return repeated;
}
