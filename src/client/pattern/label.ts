// A visitor's own hypothesis: where a pattern matches the held-out text, and where a malformed one breaks.
import type { Characters, Span } from '../../../pipeline/base/positions.ts';
import { fromSpans, runs } from '../../../pipeline/datasets/labels.ts';
import { compilePattern } from '../../../pipeline/datasets/text/text.ts';
import { viewOf } from '../../../pipeline/datasets/text/text-view.ts';

/** The label that a pattern, or a passage, gives to a text. */
export interface PatternLabel {
  /** 1 where the label is on, else 0; one a code point. */
  readonly values: Uint8Array;
  /** Characters that are on. */
  readonly on: number;
  /** Longest spans that are on. */
  readonly spans: number;
  /** The first matches, as many as were asked for. */
  readonly first: readonly Span[];
}

/**
 * Labels what a pattern matches, or its group named `on`. Nothing matches across the end of a piece, for what follows
 * there is another place of the text.
 * @param pieces blocks of `characters` that tile it
 * @throws SyntaxError where the pattern or its flags are malformed
 */
export function labelByPattern(
  characters: Characters,
  pieces: readonly Span[],
  { pattern, flags, shown }: { pattern: string; flags: string; shown: number },
): PatternLabel {
  const compiled = compilePattern(pattern, flags);
  const matches = pieces.flatMap(({ start, end }) =>
    viewOf(characters.slice(start, end))
      .matches(compiled)
      .map((span) => ({ start: start + span.start, end: start + span.end })),
  );
  const values = fromSpans(matches, characters.length);
  const spans = runs(values);
  const on = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  return { values, on, spans: spans.length, first: matches.slice(0, shown) };
}

/** The label that is on in one passage and off everywhere else; on nowhere, where the text does not hold all of it. */
export function labelByPassage(passage: Span, length: number): PatternLabel {
  const first = passage.end <= length ? [passage] : [];
  return {
    values: fromSpans(first, length),
    on: first.length * (passage.end - passage.start),
    spans: first.length,
    first,
  };
}

/** Why a pattern is malformed, in the words of the browser's engine, without the pattern; null where it is not. */
function complaint(pattern: string, flags: string): string | null {
  try {
    compilePattern(pattern, flags);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.slice(message.lastIndexOf(': ') + 2);
  }
}

/**
 * Where a malformed pattern breaks, which engines do not say: after the longest beginning that does not yet have the fault.
 * @returns the engine's words, and the index of the last UTF-16 unit that brings the fault about; null where there is none
 */
export function findFault(pattern: string, flags: string): { reason: string; at: number } | null {
  const reason = complaint(pattern, flags);
  if (reason === null) return null;
  let end = pattern.length;
  while (end > 1 && complaint(pattern.slice(0, end - 1), flags) === reason) end--;
  return { reason, at: Math.max(0, end - 1) };
}
