import type { Passage } from '../passage.ts';

/** A count goes no further than this: beyond it, a longer gap is no different. */
const LONGEST_COUNT = 250;

/** Characters since the last line break, which has 0 itself; the text begins as if after one. */
export function sinceLineBreak({ characters }: Passage): Float32Array {
  return countsSince(characters.length, (position) => characters[position] === '\n', 0);
}

/**
 * Characters since the last opening mark, which has 0 itself, within the quotation and behind it, up to
 * {@link LONGEST_COUNT}; a text begins as if the last one was that far back. A nested or repeated mark starts anew.
 */
export function sinceOpeningQuote({ characters, quotations }: Passage): Float32Array {
  const openings = new Set(quotations.flatMap((quotation) => quotation.openings));
  return countsSince(characters.length, (position) => openings.has(position), LONGEST_COUNT);
}

function countsSince(length: number, isEvent: (position: number) => boolean, before: number): Float32Array {
  const values = new Float32Array(length);
  let count = before;
  for (let position = 0; position < length; position++) {
    count = isEvent(position) ? 0 : Math.min(count + 1, LONGEST_COUNT);
    values[position] = count;
  }
  return values;
}
