import { isLetterOrDigit } from '../marks.ts';
import type { Passage } from '../passage.ts';
import type { Span } from '../positions.ts';

/** The first letter or digit of each sentence. */
export function sentenceInitial({ characters, sentences }: Passage): Span[] {
  return sentences.flatMap(({ start, end }) => {
    let first = start;
    while (first < end && !isLetterOrDigit(characters[first])) first += 1;
    return first < end ? [{ start: first, end: first + 1 }] : [];
  });
}

/** The stop that ends each sentence, without the marks that close a quotation behind it. */
export function sentenceFinal({ sentences }: Passage): Span[] {
  return sentences.flatMap(({ stop }) => stop ?? []);
}
