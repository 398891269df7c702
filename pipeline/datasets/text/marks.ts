import type { Characters } from '../../base/positions.ts';
import { isSpace } from './paragraphs.ts';

export type MarkKind = 'single' | 'double';

/**
 * What a mark can be, by the characters beside it alone: an opening or a closing mark for certain; an opening mark or
 * the apostrophe of ’tis; a closing mark or an apostrophe after a word, one that rarely has it (EAT ME’) or often
 * (dogs’, o’); or a straight double mark, which is whatever is due.
 */
export type Evidence = 'opens' | 'closes' | 'may-open' | 'may-close' | 'hardly-closes' | 'either';

export interface Mark {
  readonly position: number;
  readonly kind: MarkKind;
  readonly evidence: Evidence;
}

const LETTER_OR_DIGIT = /[\p{L}\p{M}\p{N}]/u;

export function isLetterOrDigit(character: string | undefined): boolean {
  return character !== undefined && LETTER_OR_DIGIT.test(character);
}

/** Finds ‘ ’ “ ” and ", leaving out those that stand as an apostrophe for certain, between letters or before a word. */
export function findMarks(characters: Characters, straightSingles = false): Mark[] {
  const marks: Mark[] = [];
  characters.forEach((character, position) => {
    const kind = straightSingles && character === "'" ? 'single' : MARK_KINDS.get(character);
    if (kind === undefined) return;
    const evidence = weigh(characters, position);
    if (evidence !== undefined) marks.push({ position, kind, evidence });
  });
  return marks;
}

const MARK_KINDS: ReadonlyMap<string, MarkKind> = new Map([
  ['‘', 'single'],
  ['’', 'single'],
  ['“', 'double'],
  ['”', 'double'],
  ['"', 'double'],
]);

function weigh(characters: Characters, position: number): Evidence | undefined {
  const before = characters[position - 1];
  const after = characters[position + 1];
  switch (characters[position]) {
    case '"':
      return 'either';
    case '“':
      return endsClause(before) && !isLetterOrDigit(after) ? 'closes' : 'opens';
    case '”':
      return isSpace(before) && !isSpace(after) ? 'opens' : 'closes';
    case "'":
      if (isLetterOrDigit(before) || !isLetterOrDigit(after)) break;
      return losesBeginning(wordAfter(characters, position)) ? 'may-open' : 'opens';
    case '‘':
      if (isLetterOrDigit(before) || (endsClause(before) && !isLetterOrDigit(after))) break;
      return losesBeginning(wordAfter(characters, position)) ? 'may-open' : 'opens';
  }
  if (isLetterOrDigit(after)) return undefined;
  if (isLetterOrDigit(before)) return losesEnd(wordBefore(characters, position)) ? 'hardly-closes' : 'may-close';
  return isSpace(before) && !isSpace(after) ? 'opens' : 'closes';
}

/** Punctuation after which a mark closes unless a word follows. Rules of typography err here: sail with ye,‘--he says. */
function endsClause(character: string | undefined): boolean {
  return character !== undefined && ',.;!?'.includes(character);
}

/** Longer than any word of `elisions.ts`; letters beyond it are not looked at. */
const LONGEST_WORD = 24;

function wordAfter(characters: Characters, position: number): string {
  let end = position + 1;
  while (end <= position + LONGEST_WORD && isLetterOrDigit(characters[end])) end += 1;
  return characters.slice(position + 1, end).join('');
}

function wordBefore(characters: Characters, position: number): string {
  let start = position;
  while (start > position - LONGEST_WORD && isLetterOrDigit(characters[start - 1])) start -= 1;
  return characters.slice(start, position).join('');
}

/** For each kind and each index into the marks, as well as the index behind the last: the next that fits, itself included. */
export type Lookahead = Readonly<Record<MarkKind, readonly (Mark | undefined)[]>>;

export function lookAhead(marks: readonly Mark[], fits: (mark: Mark) => boolean): Lookahead {
  const next = {
    single: new Array<Mark | undefined>(marks.length + 1),
    double: new Array<Mark | undefined>(marks.length + 1),
  };
  for (let index = marks.length - 1; index >= 0; index--) {
    const mark = marks[index]!;
    next.single[index] = next.single[index + 1];
    next.double[index] = next.double[index + 1];
    if (fits(mark)) next[mark.kind][index] = mark;
  }
  return next;
}

/**
 * Words that are written with an apostrophe at an end, where a quotation mark could stand as well. What follows the
 * apostrophe of one that lost its beginning and is no word without it: ’tis, ’em.
 */
const AFTER_APOSTROPHE = new Set([
  ...['tis', 'tisn', 'twas', 'twasn', 'twere', 'tweren', 'twill', 'twould', 'twouldn', 'twixt'],
  ...['em', 'un', 'uns', 'im', 'er', 'eer', 'ave', 'ome', 'ouse', 'ow', 'alf', 'ide', 'orse', 'eart', 'undred'],
  ...['bout', 'gainst', 'midst', 'mongst', 'neath', 'pon', 'scuse', 'spect', 'nuff', 'kase', 'cept', 'stead'],
]);

/** What comes before the apostrophe of a word that lost its end: o’, th’. */
const BEFORE_APOSTROPHE = new Set('o th t i a an wi ol ha fo mo po yo de lil'.split(' '));

/** @param word the letters after a possible apostrophe, in any case */
export function losesBeginning(word: string): boolean {
  return AFTER_APOSTROPHE.has(word.toLowerCase());
}

/** @param word the letters before a possible apostrophe, in any case: goin, dogs, o */
export function losesEnd(word: string): boolean {
  const lower = word.toLowerCase();
  return lower.endsWith('s') || (lower.length > 3 && lower.endsWith('in')) || BEFORE_APOSTROPHE.has(lower);
}
