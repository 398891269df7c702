// Labels of programs, from what a parser tells of them.
import type { Span } from '../../../base/positions.ts';
import type { Depths, Spans, SyntaxKind } from '../syntax.ts';
import type { TextView } from '../text-view.ts';

/** What is labelled 1: the spans of these kinds. */
export function spansOf(...kinds: readonly SyntaxKind[]): (view: TextView) => Span[] {
  return ({ syntax }) => kinds.flatMap((kind) => listSpans(syntax[kind]));
}

function listSpans({ starts, ends }: Spans): Span[] {
  return Array.from(starts, (start, row) => ({ start, end: ends[row]! }));
}

/** How many braces are open after each character, but for those that strings, comments and the preprocessor hold. */
export function braceDepth({ syntax, characters }: TextView): Float32Array {
  return depthsOver(syntax.braces, characters.length);
}

/** As {@link braceDepth}; a brace that closes ends the parentheses within it too. */
export function parenthesisDepth({ syntax, characters }: TextView): Float32Array {
  return depthsOver(syntax.parentheses, characters.length);
}

function depthsOver({ at, depths }: Depths, length: number): Float32Array {
  const values = new Float32Array(length);
  at.forEach((start, row) => {
    values.fill(depths[row]!, start, at[row + 1] ?? length);
  });
  return values;
}

/** A function goes on for longer, but no count does. */
const LONGEST_COUNT = 1000;

/** Characters since the innermost function began, whose first character has 1, as far as 1,000; outside of functions 0. */
export function sinceFunction({ syntax, characters }: TextView): Float32Array {
  const values = new Float32Array(characters.length);
  // Inner functions come later and write over their part of the outer ones.
  for (const { start, end } of listSpans(syntax.function)) {
    for (let position = start; position < end; position++) {
      values[position] = Math.min(LONGEST_COUNT, position - start + 1);
    }
  }
  return values;
}
