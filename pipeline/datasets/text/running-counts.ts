// Numbers that a reader could keep while reading, a character at a time and without looking ahead.
import type { Characters } from '../../base/positions.ts';
import type { MarkPair } from './conventions.ts';
import { isLetterOrDigit } from './marks.ts';
import { isSpace } from './paragraphs.ts';

/** Distances count characters since the landmark, which itself is 0. Of the quotation marks of one kind one is open, or none. */
export const RUNNING_COUNTS = [
  'since space',
  'since line break',
  'since blank line',
  'since stop',
  'since comma',
  'since capital',
  'since opening mark',
  'since closing mark',
  'letters of the word',
  'open brackets',
  'in single marks',
  'in double marks',
] as const;

/** Those of programs, in which other things are worth counting. */
export const COUNTS_OF_CODE = [
  'since space',
  'since line break',
  'since blank line',
  'since comma',
  'since capital',
  'letters of the word',
  'open brackets',
  'in double marks',
  'indentation',
  'open braces',
] as const;
export type RunningCount = (typeof RUNNING_COUNTS)[number] | (typeof COUNTS_OF_CODE)[number];

/** The count after a character. */
type Step = (count: number, character: string, before: string | undefined) => number;

/** No distance is counted further; where there was no landmark yet, it is as far. */
export const FARTHEST = 1000;

const since =
  (isLandmark: (character: string, before: string | undefined) => boolean): Step =>
  (count, character, before) =>
    isLandmark(character, before) ? 0 : Math.min(FARTHEST, count + 1);

const endsParagraph = (character: string, before: string | undefined) => character === '\n' && before === '\n';
const isOpeningMark = (character: string) => character === '‘' || character === '“';

/** After a letter ’ is an apostrophe more often than not, and only what follows would tell. */
const isClosingApostrophe = (character: string, before: string | undefined) =>
  character === '’' && !isLetterOrDigit(before) && !isSpace(before);

const isClosingMark = (character: string, before: string | undefined) =>
  character === '”' || isClosingApostrophe(character, before);

/** Columns of white space at the beginning of the line, a tab going on to a multiple of eight. */
function indentation(): Step {
  let isBeginning = true;
  return (count, character, before) => {
    const isFirst = before === undefined || before === '\n';
    const columns = isFirst ? 0 : count;
    isBeginning = (isFirst || isBeginning) && (character === ' ' || character === '\t');
    if (!isBeginning) return columns;
    return Math.min(FARTHEST, character === '\t' ? columns + 8 - (columns % 8) : columns + 1);
  };
}

const STEPS: Readonly<Record<Exclude<RunningCount, 'indentation'>, Step>> = {
  'since space': since((character) => isSpace(character)),
  'since line break': since((character) => character === '\n'),
  'since blank line': since(endsParagraph),
  'since stop': since((character) => '.!?'.includes(character)),
  'since comma': since((character) => ',;:'.includes(character)),
  'since capital': since((character) => /\p{Lu}/u.test(character)),
  'since opening mark': since(isOpeningMark),
  'since closing mark': since(isClosingMark),
  'letters of the word': (count, character) => (isLetterOrDigit(character) ? Math.min(FARTHEST, count + 1) : 0),
  'open brackets': (count, character) => {
    if ('([{'.includes(character)) return count + 1;
    return ')]}'.includes(character) ? Math.max(0, count - 1) : count;
  },
  // A paragraph ends what is open: a mark that is missing would count forever.
  'in single marks': (count, character, before) => {
    if (character === '‘') return 1;
    return isClosingApostrophe(character, before) || endsParagraph(character, before) ? 0 : count;
  },
  'in double marks': (count, character, before) => {
    if (character === '“') return 1;
    if (character === '"') return 1 - count;
    return character === '”' || endsParagraph(character, before) ? 0 : count;
  },
  'open braces': (count, character) => {
    if (character === '{') return count + 1;
    return character === '}' ? Math.max(0, count - 1) : count;
  },
};

/** The steps that ask for quotation marks, where these are of other pairs than in English. */
function stepsOf([outer, inner]: readonly MarkPair[]): Readonly<Partial<Record<RunningCount, Step>>> {
  const within =
    (pair: MarkPair | undefined): Step =>
    (count, character, before) => {
      if (pair === undefined || endsParagraph(character, before)) return 0;
      const [opening, closing] = pair;
      if (opening === closing && character === opening) return 1 - count;
      if (character === opening) return 1;
      return character === closing ? 0 : count;
    };
  const pairs = [outer, inner].filter((pair) => pair !== undefined);
  const opens = (character: string, before: string | undefined) =>
    pairs.some(([opening, closing]) => character === opening && (opening !== closing || isSpace(before)));
  const closes = (character: string, before: string | undefined) =>
    pairs.some(([opening, closing]) => character === closing && (opening !== closing || !isSpace(before)));
  return {
    'since opening mark': since(opens),
    'since closing mark': since(closes),
    'in double marks': within(outer),
    'in single marks': within(inner),
  };
}

/**
 * @param positions rising
 * @param names of the counts that are wanted
 * @param pairs of quotation marks, where they are not those of English
 * @returns of each count its value after the character at each of the positions
 */
export function runningCounts(
  characters: Characters,
  positions: readonly number[],
  names: readonly RunningCount[] = RUNNING_COUNTS,
  pairs?: readonly MarkPair[],
): Record<RunningCount, Int32Array> {
  const last = positions.at(-1) ?? -1;
  const steps = { ...STEPS, ...(pairs === undefined ? {} : stepsOf(pairs)) };
  const valuesOf = (name: RunningCount): Int32Array => {
    const step = name === 'indentation' ? indentation() : steps[name];
    const values = new Int32Array(positions.length);
    let count = name.startsWith('since') ? FARTHEST : 0;
    for (let t = 0, row = 0; t <= last; t++) {
      count = step(count, characters[t]!, characters[t - 1]);
      if (positions[row] === t) values[row++] = count;
    }
    return values;
  };
  return Object.fromEntries(names.map((name) => [name, valuesOf(name)])) as Record<RunningCount, Int32Array>;
}
