// Quotations of a text whose marks tell an opening one from a closing one, or that stand behind dashes. Those of English, whose
// closing mark is the apostrophe too, are found by `quotes.ts`.
import type { Characters, Span } from '../../base/positions.ts';
import type { Language } from '../dataset.ts';
import { type Convention, DASH, dialogueStarts, findQuoteMarks, type MarkPair, type QuoteMark } from './conventions.ts';
import { isSpace, paragraphs, trim } from './paragraphs.ts';
import { type AnyQuotation, Nesting } from './quotes.ts';

/** How far an open quotation looks over paragraph ends for its closing mark, in characters. */
const FARTHEST_CLOSING = 1000;

/**
 * Ordered by their starts; they nest and never cross. At the end of a paragraph a quotation goes on if the next one repeats its
 * opening mark, or if its closing mark comes before any other opening one; otherwise its closing mark is missing.
 */
export function findPairedQuotations(
  characters: Characters,
  convention: Convention,
  language: Language | undefined,
): AnyQuotation[] {
  const marked = findMarked(characters, convention.pairs);
  if (!convention.dashes) return marked;
  const spoken = findSpoken(characters, language).map((span): AnyQuotation => {
    const { start, end, closed } = span;
    return { start, end, closed, kind: 'dash', depth: 0, openings: [start] };
  });
  // A mark within what a dash began is a quotation within a quotation.
  const deeper = marked.map((quotation) =>
    spoken.some(({ start, end }) => start < quotation.start && quotation.start < end)
      ? { ...quotation, depth: quotation.depth + 1 }
      : quotation,
  );
  return [...spoken, ...deeper].sort((a, b) => a.start - b.start);
}

function findMarked(characters: Characters, pairs: readonly MarkPair[]): AnyQuotation[] {
  const marks = findQuoteMarks(characters).filter(({ mark }) => pairs.flat().includes(mark));
  const nesting = new Nesting<string>();
  const spans = paragraphs(characters).map((span) => trim(characters, span));
  let paragraph = 0;
  marks.forEach((mark, index) => {
    const { position } = mark;
    const start = spans[mark.paragraph]!.start;
    let isRepeated = false;
    for (; paragraph < mark.paragraph; paragraph++) {
      const isLast = paragraph === mark.paragraph - 1;
      isRepeated = isLast && position === start && nesting.kinds[0] === mark.mark && mark.opens;
      if (nesting.depth > 0 && !isRepeated && !goesOn(nesting, marks, index, pairs, spans[paragraph]!.end)) {
        nesting.abandon(0, spans[paragraph]!.end);
      }
    }
    if (isRepeated) {
      nesting.repeat(0, mark);
      nesting.abandon(1, spans[mark.paragraph - 1]!.end);
      return;
    }
    const innermost = nesting.kinds.at(-1);
    const closing = pairs.find(([opening, end]) => end === mark.mark && nesting.has(opening));
    const opening = pairs.find(([begin]) => begin === mark.mark);
    const isSymmetric = opening !== undefined && closing === opening;
    if (closing !== undefined && mark.closes && (closing[0] === innermost || !mark.opens || opening === undefined)) {
      nesting.close({ kind: closing[0], position });
    } else if (opening !== undefined && mark.opens && !isSymmetric) {
      // Marks of one kind do not nest directly, so the closing mark of the one that is open is missing.
      if (innermost === opening[0]) nesting.abandon(nesting.depth - 1, position);
      nesting.open({ kind: opening[0], position });
    }
  });
  nesting.abandon(0, spans.at(-1)?.end ?? 0);
  return nesting.ended();
}

/** Whether the closing mark of what is open comes first, and soon enough. */
function goesOn(
  nesting: Nesting<string>,
  marks: readonly QuoteMark[],
  from: number,
  pairs: readonly MarkPair[],
  end: number,
): boolean {
  const innermost = nesting.kinds.at(-1);
  const next = marks[from]!;
  const closing = pairs.find(([opening]) => opening === innermost)![1];
  return next.mark === closing && next.closes && next.position <= end + FARTHEST_CLOSING;
}

interface Spoken extends Span {
  /** Whether a dash ends it, as against the paragraph or line. */
  readonly closed: boolean;
}

/** Where a dash between spaces changes from what is said to who says it: at any one, behind punctuation, or nowhere. */
const TURNS: Readonly<Record<string, 'anywhere' | 'nowhere'>> = {
  ...{ pl: 'anywhere', pt: 'anywhere', hu: 'anywhere', tr: 'anywhere', ro: 'anywhere' },
  fr: 'nowhere',
};

/**
 * What is said behind dashes: from the dash that begins a line or paragraph to the one before the words that say who speaks, and
 * from the one behind these on. Where no dash stands before these words, as in French, they count as said.
 */
function findSpoken(characters: Characters, language: Language | undefined): Spoken[] {
  const turns = TURNS[language?.name.split('-')[0] ?? ''] ?? 'behind punctuation';
  const starts = dialogueStarts(characters);
  const units = unitsOf(characters, starts);
  const spoken: Spoken[] = [];
  let unit = 0;
  for (const first of starts) {
    while (units[unit]!.end <= first) unit += 1;
    const { end } = units[unit]!;
    let start: number | undefined = first;
    for (let position = first + 1; position < end; position++) {
      if (!DASH.test(characters[position]!) || !turnsAt(characters, position, start !== undefined, turns)) continue;
      if (start === undefined) start = position;
      else {
        spoken.push({ start, end: position + 1, closed: true });
        start = undefined;
      }
    }
    if (start !== undefined) spoken.push({ start, end, closed: false });
  }
  return spoken;
}

/** Lines, where they begin with dashes within paragraphs, or else paragraphs; without the white space at their ends. */
function unitsOf(characters: Characters, starts: readonly number[]): Span[] {
  const whole = paragraphs(characters).map((span) => trim(characters, span));
  const beginnings = new Set(whole.map(({ start }) => start));
  const within = starts.filter((start) => !beginnings.has(start)).length;
  if (2 * within < starts.length) return whole;
  const lines: Span[] = [];
  let start = 0;
  for (let position = 0; position <= characters.length; position++) {
    if (position < characters.length && characters[position] !== '\n') continue;
    if (position > start) lines.push(trim(characters, { start, end: position }));
    start = position + 1;
  }
  return lines;
}

function turnsAt(
  characters: Characters,
  position: number,
  isSaid: boolean,
  turns: 'anywhere' | 'nowhere' | 'behind punctuation',
): boolean {
  const before = characters[position - 1];
  const after = characters[position + 1];
  const spaceBefore = isSpace(before) || /\s/u.test(before!);
  const spaceAfter = isSpace(after) || /\s/u.test(after!);
  // The dashes of Spanish lean on the words that say who speaks.
  if (spaceBefore && !spaceAfter) return isSaid;
  if (!spaceBefore && (spaceAfter || /[.,;:!?…]/.test(after!))) return !isSaid;
  if (!spaceBefore || turns === 'nowhere') return false;
  return turns === 'anywhere' || /[.,;:!?…»”“"]/.test(characters[position - 2] ?? '');
}
