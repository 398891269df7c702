// Where quotations begin and end. The hard part is ’, which is the closing mark and the apostrophe both: letting each
// of them close a quotation mislabels a sixth of Alice's Adventures in Wonderland.
import type { Characters, Span } from '../../base/positions.ts';
import { type Evidence, findMarks, lookAhead, type Mark, type MarkKind } from './marks.ts';
import { paragraphs, startsVerse, trim } from './paragraphs.ts';

/**
 * Finds the quotations of a text with typographic marks, British (‘outer “inner”’) or American, or straight double
 * ones. Ordered by their starts; they nest and never cross. Linear in the length of the text.
 *
 * What the neighbours of a mark leave undecided is decided by what is open and by the next mark that is certain. At
 * the end of a paragraph a quotation goes on if the next one repeats its opening mark, or if its closing mark comes
 * before any other opening one, or if both are verse, whose stanzas repeat the mark or not as they please. Otherwise
 * its closing mark is missing: it ends with the paragraph.
 * @param straightSingles whether the straight single mark is one as well, as typewriters have it
 */
export function findQuotations(characters: Characters, straightSingles = false): Quotation[] {
  const marks = findMarks(characters, straightSingles);
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

/** From the opening mark to behind the closing one. */
export interface AnyQuotation<K extends string = string> extends Span {
  /** By what it is marked. */
  readonly kind: K;
  /** How many quotations this one lies in. */
  readonly depth: number;
  /** Its opening marks: the first, and those that later paragraphs repeat. */
  readonly openings: readonly number[];
  /** False where the closing mark is missing. */
  readonly closed: boolean;
}

/** Of English. */
export type Quotation = AnyQuotation<MarkKind>;

/** What opens or closes a quotation of some kind. */
type Place<K extends string> = Readonly<{ kind: K; position: number }>;

/** The quotations that are open at a place of the text, outermost first, and those that have ended. */
export class Nesting<K extends string = MarkKind> {
  readonly #open: { readonly kind: K; readonly openings: number[] }[] = [];
  readonly #ended: AnyQuotation<K>[] = [];

  get depth(): number {
    return this.#open.length;
  }

  /** The kinds of the open quotations, outermost first. */
  get kinds(): K[] {
    return this.#open.map(({ kind }) => kind);
  }

  has(kind: K): boolean {
    return this.#open.some((quotation) => quotation.kind === kind);
  }

  open({ kind, position }: Place<K>): void {
    this.#open.push({ kind, openings: [position] });
  }

  /** Notes that a paragraph opens with the mark of the quotation at `depth` once more. */
  repeat(depth: number, { position }: Pick<Place<K>, 'position'>): void {
    this.#open[depth]!.openings.push(position);
  }

  /** Ends the innermost quotation of the mark's kind, and those within it, whose own mark is missing. */
  close({ kind, position }: Place<K>): void {
    const depth = this.kinds.lastIndexOf(kind);
    if (depth < 0) return;
    this.abandon(depth + 1, position);
    this.#end(position + 1, true);
  }

  /** Ends all quotations from `depth` on, none of which has its closing mark, at `end`. */
  abandon(depth: number, end: number): void {
    while (this.#open.length > depth) this.#end(end, false);
  }

  /** The quotations that have ended, by their starts. */
  ended(): AnyQuotation<K>[] {
    return this.#ended.toSorted((a, b) => a.start - b.start);
  }

  #end(end: number, closed: boolean): void {
    const { kind, openings } = this.#open.pop()!;
    this.#ended.push({ start: openings[0]!, end, kind, depth: this.#open.length, openings, closed });
  }
}

export interface ClosingMarks {
  /** Where quotations are closed. */
  readonly positions: ReadonlySet<number>;
  /** The characters that do so, each of which may be something else elsewhere, as ’ is an apostrophe. */
  readonly characters: ReadonlySet<string>;
}

/** @param quotations of the text */
export function closingMarks(characters: Characters, quotations: readonly AnyQuotation[]): ClosingMarks {
  const positions = quotations.flatMap(({ end, closed }) => (closed ? [end - 1] : []));
  return {
    positions: new Set(positions),
    characters: new Set(positions.map((position) => characters[position]!)),
  };
}
