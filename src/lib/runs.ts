// Cuts a text into runs of one colour. Runs at build and in the browser, so that both paint alike.

/** Code points [start, end) of one step; `text` is what they spell. */
export interface Run {
  start: number;
  end: number;
  step: number;
  text: string;
}

/** Marks, joiners, selectors and flags: what makes several code points one character for a reader. */
const JOINING = /\p{M}|\u200d|\p{Emoji_Modifier}|\p{Regional_Indicator}/u;

/** The text in pieces that no colour may cut: code points, or graphemes where the text has joined ones. */
function pieces(text: string): string[] {
  if (!JOINING.test(text)) return [...text];
  return Array.from(new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);
}

/**
 * Neighbouring characters of equal step as one run. A combining mark keeps the colour of its base.
 *
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
