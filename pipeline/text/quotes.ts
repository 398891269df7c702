// Where quotations begin and end. The hard part is ’, which is the closing mark and the apostrophe both: letting each
// of them close a quotation mislabels a sixth of Alice's Adventures in Wonderland.
import { findMarks, lookAhead, type Mark } from './marks.ts';
import { Nesting, type Quotation } from './nesting.ts';
import { isSpace, paragraphs, trim } from './paragraphs.ts';
import type { Characters } from './positions.ts';

/**
 * Finds the quotations of a text with typographic marks, British (‘outer “inner”’) or American, or straight double
 * ones. Ordered by their starts; they nest and never cross.
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
      const isInnermost = nesting.kinds.at(-1) === mark.kind;

      if (mark.evidence === 'closes') nesting.close(mark);
      if (mark.evidence === 'opens') {
        if (isInnermost) nesting.abandon(nesting.depth - 1, endOfTextBefore(characters, mark.position));
        nesting.open(mark);
      }
      if (mark.evidence === 'either') {
        if (nesting.has(mark.kind)) nesting.close(mark);
        else nesting.open(mark);
      }
      if (mark.evidence === 'may-open' && !nesting.has(mark.kind) && nextCertain === 'closes') nesting.open(mark);
      if (isInnermost && nextCertain !== 'closes') {
        if (mark.evidence === 'may-close') nesting.close(mark);
        if (mark.evidence === 'hardly-closes' && next !== 'may-close' && next !== 'hardly-closes') nesting.close(mark);
      }
    }
    previousEnd = end;
  }
  nesting.abandon(0, previousEnd);
  return nesting.ended();
}

/** How far an open quotation looks over paragraph ends for its closing mark, in characters: a few stanzas. */
const LOOK_AHEAD = 1000;

/** Whether a quotation that was open before the paragraph whose text starts at `start` is still open in it. */
function goesOn(characters: Characters, start: number, next: Mark | undefined): boolean {
  if (next === undefined || next.position > start + LOOK_AHEAD) return false;
  if (next.evidence === 'closes') return true;
  return startsVerse(characters, start) && startsVerse(characters, next.position);
}

/** Whether a position is the first visible one of a line that is indented and so is the line after it. */
function startsVerse(characters: Characters, position: number): boolean {
  if (characters[position - 1] !== ' ' || characters[position - 2] !== '\n') return false;
  const nextLine = characters.indexOf('\n', position) + 1;
  return nextLine > 0 && characters[nextLine] === ' ';
}

const CERTAIN: ReadonlySet<Mark['evidence']> = new Set(['opens', 'closes', 'either']);

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

function endOfTextBefore(characters: Characters, position: number): number {
  let end = position;
  while (end > 0 && isSpace(characters[end - 1])) end -= 1;
  return end;
}
