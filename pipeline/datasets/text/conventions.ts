// How a text marks quotations: by which pairs of marks, or by dashes. A corpus may say so; else the text itself shows it.
import type { Characters } from '../../base/positions.ts';
import type { Language } from '../dataset.ts';
import { CLDR_QUOTATIONS } from './cldr-quotations.ts';
import { isLetterOrDigit } from './marks.ts';
import { isSpace, paragraphs } from './paragraphs.ts';

/** An opening and a closing mark. */
export type MarkPair = readonly [opening: string, closing: string];

export interface Convention {
  readonly pairs: readonly MarkPair[];
  /** Whether a dash at the beginning of a paragraph or line begins what is said. */
  readonly dashes: boolean;
}

/** How a text was found to mark its quotations. */
export interface FoundConvention extends Convention {
  /** Whether the corpus says so; else the text itself shows it. */
  readonly declared: boolean;
}

/** Pairs that the finder of English quotations takes as well, which knows its apostrophes. */
const ENGLISH_MARKS = new Set('“”‘’"\'');
export const isEnglishConvention = ({ pairs, dashes }: Convention): boolean =>
  !dashes &&
  pairs.every(([opening, closing]) => opening !== '’' && ENGLISH_MARKS.has(opening) && ENGLISH_MARKS.has(closing));

const USUAL = '“ ” ‘ ’';

function parsePairs(marks: string): MarkPair[] {
  const [opening, closing, inner, innerEnd] = marks.split(' ') as [string, string, string, string];
  const outermost: MarkPair = [opening, closing];
  return opening === inner && closing === innerEnd ? [outermost] : [outermost, [inner, innerEnd]];
}

/** Those of Unicode's CLDR, and what it leaves out: marks of books, and of typewriters. */
const CONVENTIONS: readonly (readonly MarkPair[])[] = [
  ...[USUAL, '" " \' \'', ...Object.keys(CLDR_QUOTATIONS), '» « › ‹', '» « „ “', '« » " "', '『 』 「 」'].map(
    parsePairs,
  ),
];

/** The marks of a language, as CLDR has them for it or the nearest of its parents. */
export function marksOfLanguage(tag: string): readonly MarkPair[] {
  for (let name = tag; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('-')))) {
    const found = Object.entries(CLDR_QUOTATIONS).find(([, tags]) => tags.split(' ').includes(name));
    if (found !== undefined) return parsePairs(found[0]);
  }
  return parsePairs(USUAL);
}

/**
 * Reads what a corpus declares: pairs such as „…“, `dash`, or `none`.
 * @returns undefined where it cannot be read
 */
export function parseConvention(declared: readonly string[] | undefined): Convention | undefined {
  if (declared === undefined) return undefined;
  if (declared.length === 1 && declared[0] === 'none') return { pairs: [], dashes: false };
  const pairs = declared.filter((name) => name !== 'dash').map((name) => /^(\S)\s*(?:…|\.\.\.)\s*(\S)$/u.exec(name));
  if (pairs.includes(null)) return undefined;
  return {
    pairs: pairs.map((found): MarkPair => [found![1]!, found![2]!]),
    dashes: declared.includes('dash'),
  };
}

/** What may be a mark: an apostrophe between letters or behind one is none. */
export interface QuoteMark {
  readonly position: number;
  readonly mark: string;
  /** Whether the characters beside it allow it to open, and to close. */
  readonly opens: boolean;
  readonly closes: boolean;
  /** The number of its paragraph. */
  readonly paragraph: number;
}

const QUOTE = /[\p{Quotation_Mark}]/u;
const APOSTROPHE = new Set("’'");
/** Marks that stand off from what they enclose, in French with a space. */
const SPACED = new Set('«»‹›');
const UNSPACED = /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}「」『』。、！？]/u;

export function findQuoteMarks(characters: Characters): QuoteMark[] {
  const found: QuoteMark[] = [];
  paragraphs(characters).forEach(({ start, end }, paragraph) => {
    for (let position = start; position < end; position++) {
      const mark = characters[position]!;
      if (mark.charCodeAt(0) < 128 ? mark !== '"' && mark !== "'" : !QUOTE.test(mark)) continue;
      const before = characters[position - 1];
      const after = characters[position + 1];
      if (APOSTROPHE.has(mark) && isLetterOrDigit(before) && isLetterOrDigit(after)) continue;
      const isSpaced = SPACED.has(mark);
      const beginsWord = !isLetterOrDigit(before) || UNSPACED.test(before!);
      const endsWord = !isLetterOrDigit(after) || UNSPACED.test(after!);
      found.push({
        ...{ position, mark, paragraph },
        opens: beginsWord && (isSpaced || !isBlank(after)),
        closes: endsWord && (isSpaced || !isBlank(before)),
      });
    }
  });
  return found;
}

const isBlank = (character: string | undefined) => isSpace(character) || /\s/u.test(character!);

/** Marks that stand in a pair of the convention, each paragraph by itself; the others count against it. */
function explain(marks: readonly QuoteMark[], pairs: readonly MarkPair[]): number {
  let explained = 0;
  let open: MarkPair[] = [];
  let paragraph = 0;
  for (const { mark, opens, closes, paragraph: own } of marks) {
    if (own !== paragraph) open = [];
    paragraph = own;
    // What is open within ends with what is closed: it was an apostrophe, or its own mark is missing.
    const closed = closes ? open.findLastIndex(([, closing]) => closing === mark) : -1;
    if (closed >= 0) {
      open = open.slice(0, closed);
      explained += 2;
      continue;
    }
    const pair = opens ? pairs.find(([opening]) => opening === mark) : undefined;
    if (pair !== undefined && open.at(-1) !== pair) open.push(pair);
  }
  return explained;
}

/** Dashes that begin a paragraph or line, at least, and as a share of the paragraphs: fewer are something else. */
const DASHES_AT_LEAST = 5;
const DASHES_SHARE = 0.1;

/**
 * The convention that accounts for most marks of a text; of several the language's own, or the more usual one.
 * @param declared what the corpus says
 */
export function findConvention(
  characters: Characters,
  language: Language | undefined,
  declared?: Convention,
): FoundConvention {
  if (declared !== undefined) return { ...declared, declared: true };
  const marks = findQuoteMarks(characters);
  let pairs = language?.kind === 'natural' ? marksOfLanguage(language.name) : parsePairs(USUAL);
  let most = explain(marks, pairs);
  for (const candidate of CONVENTIONS) {
    // Where nothing but ’ seems to open and to close, these are apostrophes.
    const isApostrophes = candidate.some(([opening]) => opening === '’') && explain(marks, candidate.slice(0, 1)) === 0;
    const explained = isApostrophes ? 0 : explain(marks, candidate);
    if (explained > most) [pairs, most] = [candidate, explained];
  }
  const isEnglish = language?.kind === 'natural' && /^en(?:-|$)/i.test(language.name);
  // Those that occur, but for a text without any.
  const used = pairs.filter((pair) => explain(marks, [pair]) > 0);
  const dashes = !isEnglish && hasDialogueDashes(characters);
  if (used.length > 0 || dashes) pairs = used;
  return { pairs, dashes, declared: false };
}

export const DASH = /[—–―]/;

function hasDialogueDashes(characters: Characters): boolean {
  const dashes = dialogueStarts(characters).length;
  return dashes >= DASHES_AT_LEAST && dashes >= DASHES_SHARE * paragraphs(characters).length;
}

/** Dashes that begin a line or paragraph, with words behind them. */
export function dialogueStarts(characters: Characters): number[] {
  const found: number[] = [];
  let isBeginning = true;
  characters.forEach((character, position) => {
    if (isBeginning && DASH.test(character)) {
      const next = characters[position + 1];
      const word = isBlank(next) ? characters[position + 2] : next;
      if (word !== undefined && /[\p{L}¿¡«„“"]/u.test(word)) found.push(position);
    }
    isBeginning = character === '\n' || (isBeginning && isBlank(character));
  });
  return found;
}

/** A convention in words. */
export function describeConvention({ pairs, dashes }: Convention): string {
  const named = pairs.map(([opening, closing]) => `${opening}…${closing}`).join(' and ');
  const all = [...(named === '' ? [] : [named]), ...(dashes ? ['dashes that begin what is said'] : [])];
  return all.length === 0 ? 'nothing' : all.join(', and ');
}
