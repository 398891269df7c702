// Cuts a text for showing: into paragraphs, into lines of a score, and into runs of one colour. The build and the browser
// cut alike, so that what a script draws anew looks as it did.
import type { Characters, Span } from '../../pipeline/base/positions.ts';

/** A piece of text and what stands between it and the next one: the line breaks after a paragraph. */
type Paragraph = { text: string; gap: string };

/** The paragraphs of a text; together with the gaps they spell the whole of it. */
export function splitParagraphs(text: string): Paragraph[] {
  const matches = text.matchAll(/(?<text>[^\n]+(?:\n[^\n]+)*)?(?<gap>\n*)/gu);
  return Array.from(matches, ({ groups }) => ({ text: groups?.text ?? '', gap: groups?.gap ?? '' })).filter(
    (paragraph) => paragraph.text !== '' || paragraph.gap !== '',
  );
}

/** Whether a line ends though the next word would still have fitted, were lines as long as the longest one. */
function endsEarly(lines: readonly string[]): boolean {
  const width = Math.max(...lines.map((line) => line.length));
  return lines.slice(1).some((line, index) => `${lines[index]} ${line.split(' ')[0]}`.length <= width);
}

/**
 * Whether the source's line breaks belong to the text: where a line is indented, or three lines and more are all short and do not
 * just end where they are full.
 */
export function isVerse(paragraph: string): boolean {
  const lines = paragraph.split('\n');
  const indented = lines.slice(1).some((line) => line.startsWith(' '));
  return indented || (lines.length > 2 && lines.every((line) => line.length < 52) && endsEarly(lines));
}

/**
 * The characters of a text for a place where its lines are as wide as the page lets them be: a single line break is shown as
 * a space. One character stays one.
 * @param keepsLines whether line breaks matter there
 */
export function reflowed(characters: Characters, keepsLines: boolean): string[] {
  const isBreak = (t: number): boolean => characters[t] === '\n';
  return characters.map((character, t) =>
    isBreak(t) && !keepsLines && !isBreak(t - 1) && !isBreak(t + 1) ? ' ' : character,
  );
}

/**
 * Lines of a score that tile a text, each shown once with what belongs to it beneath: none is longer than `width`, and words stay whole where they fit. A line break of the source
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

/** Code points [start, end) of one step; `text` is what they spell. */
export type Run = { start: number; end: number; step: number; text: string };

/** Marks, joiners, selectors and flags: what makes several code points one character for a reader. */
const JOINING = /\p{M}|\u200d|\p{Emoji_Modifier}|\p{Regional_Indicator}/u;

/** The text in pieces that no colour may cut: code points, or graphemes where the text has joined ones. */
function pieces(text: string): string[] {
  if (!JOINING.test(text)) return [...text];
  return Array.from(new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);
}

/**
 * Neighbouring characters of equal step as one run. A combining mark keeps the colour of its base.
 * @param stepOf the step of the code point at a position, counted from 0
 */
export function colourRuns(text: string, stepOf: (position: number) => number): Run[] {
  const runs: Run[] = [];
  let position = 0;
  for (const piece of pieces(text)) {
    const step = stepOf(position);
    const length = piece.length === 1 ? 1 : [...piece].length;
    const last = runs.at(-1);
    if (last?.step === step) {
      last.end += length;
      last.text += piece;
    } else {
      runs.push({ start: position, end: position + length, step, text: piece });
    }
    position += length;
  }
  return runs;
}
