import { type Span, toCharacters } from './positions.ts';

/** A passage with the stretches that a label is to have in it. */
export interface Example {
  readonly text: string;
  readonly spans: readonly Span[];
}

/**
 * Reads a passage in which each labelled stretch stands in [[double brackets]].
 * @throws SyntaxError where brackets do not pair
 */
export function parseExample(marked: string): Example {
  const spans: Span[] = [];
  let text = '';
  let length = 0;
  let start: number | undefined;
  for (const piece of marked.split(/(\[\[|\]\])/)) {
    const isOpening = piece === '[[';
    if (isOpening || piece === ']]') {
      if (isOpening !== (start === undefined)) throw new SyntaxError(`${piece} has no partner`);
      if (start !== undefined) spans.push({ start, end: length });
      start = isOpening ? length : undefined;
    } else {
      text += piece;
      length += toCharacters(piece).length;
    }
  }
  if (start !== undefined) throw new SyntaxError('the last [[ has no partner');
  return { text, spans };
}
