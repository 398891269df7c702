import type { Span } from '../../../base/positions.ts';
import { fromSpans } from '../../labels.ts';
import type { TextView } from '../text-view.ts';
import { insideQuotes } from './quotations.ts';

/** A count goes no further than this: beyond it, a longer gap is no different. */
const LONGEST_COUNT = 250;

/** Characters since the last line break, which has 0 itself; the text begins as if after one. */
export function sinceLineBreak({ characters }: TextView): Float32Array {
  return countsSince(characters.length, (position) => characters[position] === '\n', 0);
}

/**
 * Characters since the last opening mark, which has 0 itself, within the quotation and behind it, up to
 * {@link LONGEST_COUNT}; a text begins as if the last one was that far back. A nested or repeated mark starts anew.
 */
export function sinceOpeningQuote({ characters, quotations }: TextView): Float32Array {
  const openings = new Set(quotations.flatMap((quotation) => quotation.openings));
  return countsSince(characters.length, (position) => openings.has(position), LONGEST_COUNT);
}

/**
 * Characters since the last of some matches, which have 0 themselves, up to {@link LONGEST_COUNT}; a text begins as if the last
 * one was that far back.
 */
export function sinceMatch(matches: readonly Span[], length: number): Float32Array {
  const isMatched = fromSpans(matches, length);
  return countsSince(length, (position) => isMatched[position] === 1, LONGEST_COUNT);
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

export function positionInWord({ characters, words }: TextView): Float32Array {
  return fractions(words, characters.length);
}

/** Of the line with the line break that ends it, which thus has 1. */
export function positionInLine(view: TextView): Float32Array {
  return fractions(view.matches(LINE), view.characters.length);
}

export function positionInSentence({ characters, sentences }: TextView): Float32Array {
  return fractions(sentences, characters.length);
}

/** Of the outermost quotation from its opening mark to the character before its closing mark. */
export function positionInQuote(view: TextView): Float32Array {
  return fractions(insideQuotes(view), view.characters.length);
}

const LINE = /[^\n]*\n|[^\n]+/gu;

/** The k-th of the n characters of a span has k / n, from 1 / n to 1; what is in none has 0. */
function fractions(spans: readonly Span[], length: number): Float32Array {
  const values = new Float32Array(length);
  for (const { start, end } of spans) {
    for (let position = start; position < end; position++) values[position] = (position + 1 - start) / (end - start);
  }
  return values;
}
