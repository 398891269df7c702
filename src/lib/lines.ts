// Cuts a passage into lines of a score: each is shown once, with what belongs to it beneath. Runs at build and in the browser.
import type { Characters, Span } from '../../pipeline/base/positions.ts';

/**
 * Lines that tile a passage: none is longer than `width`, and words stay whole where they fit. A line break of the source
 * ends no line, for it is a character that cells respond to.
 * @param width in code points, at least 1
 */
export function wrapLines(characters: Characters, width: number): Span[] {
  const lines: Span[] = [];
  let start = 0;
  while (start < characters.length) {
    const limit = Math.min(characters.length, start + width);
    let end = limit;
    if (limit < characters.length) {
      while (end > start && !isSpace(characters[end - 1]!)) end--;
    }
    if (end === start) end = limit;
    lines.push({ start, end });
    start = end;
  }
  return lines;
}

const isSpace = (character: string): boolean => character === ' ' || character === '\n';

/** A line as it is shown: what would break it is seen as a sign of the same length. */
export function lineText(characters: Characters, { start, end }: Span): string {
  return characters.slice(start, end).join('').replaceAll('\n', '↵');
}
