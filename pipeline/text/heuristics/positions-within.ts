import type { Passage } from '../passage.ts';
import type { Span } from '../positions.ts';
import { insideQuotes } from './quotations.ts';

export function positionInWord({ characters, words }: Passage): Float32Array {
  return fractions(words, characters.length);
}

/** Of the line with the line break that ends it, which thus has 1. */
export function positionInLine(passage: Passage): Float32Array {
  return fractions(passage.matches(LINE), passage.characters.length);
}

export function positionInSentence({ characters, sentences }: Passage): Float32Array {
  return fractions(sentences, characters.length);
}

/** Of the outermost quotation from its opening mark to the character before its closing mark. */
export function positionInQuote(passage: Passage): Float32Array {
  return fractions(insideQuotes(passage), passage.characters.length);
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
