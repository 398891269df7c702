// How far the lines of a text are indented.
import type { Characters } from '../../../base/positions.ts';
import type { TextView } from '../text-view.ts';

/** Columns that a tab goes on to a multiple of. */
const TAB = 8;
/** No line counts as indented further. */
const FARTHEST = 250;

/** White space at the beginning of each line in columns, as far as it has been read. */
export function indentation({ characters }: TextView): Float32Array {
  const values = new Float32Array(characters.length);
  let columns = 0;
  let isBeginning = true;
  characters.forEach((character, position) => {
    if (isBeginning) isBeginning = isIndentation(character);
    if (isBeginning) columns = wider(columns, character);
    values[position] = columns;
    if (character === '\n') {
      columns = 0;
      isBeginning = true;
    }
  });
  return values;
}

/** Of the last line before with anything visible on it; 0 where there is none. */
export function previousIndentation({ characters }: TextView): Float32Array {
  const values = new Float32Array(characters.length);
  let previous = 0;
  for (const { start, end, columns } of lines(characters)) {
    values.fill(previous, start, end);
    previous = columns ?? previous;
  }
  return values;
}

/** Of the next line with anything visible on it; 0 where there is none. */
export function nextIndentation({ characters }: TextView): Float32Array {
  const values = new Float32Array(characters.length);
  let next = 0;
  for (const { start, end, columns } of lines(characters).reverse()) {
    values.fill(next, start, end);
    next = columns ?? next;
  }
  return values;
}

interface Line {
  readonly start: number;
  /** Behind its line break. */
  readonly end: number;
  /** Undefined where nothing is visible on it. */
  readonly columns: number | undefined;
}

function lines(characters: Characters): Line[] {
  const found: Line[] = [];
  let start = 0;
  let columns = 0;
  let isBlank = true;
  characters.forEach((character, position) => {
    const isLast = character === '\n' || position === characters.length - 1;
    if (isBlank) {
      isBlank = isIndentation(character) || character === '\n' || character === '\r';
      if (isBlank) columns = wider(columns, character);
    }
    if (!isLast) return;
    found.push({ start, end: position + 1, columns: isBlank ? undefined : columns });
    start = position + 1;
    columns = 0;
    isBlank = true;
  });
  return found;
}

const isIndentation = (character: string) => character !== '\n' && character !== '\r' && /\s/u.test(character);

function wider(columns: number, character: string): number {
  const next =
    character === '\t' ? (Math.floor(columns / TAB) + 1) * TAB : columns + (isIndentation(character) ? 1 : 0);
  return Math.min(FARTHEST, next);
}
