// What may be changed in a text before anything reads it: named steps, which a corpus declares. Nothing else is changed.
import { correctMarks, educateQuotes } from './corpus.ts';

/** Each step, in the order in which those that are declared are taken. */
const STEPS = {
  /** Line breaks (CRLF, or CR alone) become U+000A. */
  'line-breaks': (text) => text.replace(/\r\n?/g, '\n'),
  /** Runs of U+0020 become one. Line breaks stay, and with them the lines of verse. */
  'collapse-spaces': (text) => text.replace(/ +/g, ' '),
  /** Straight quotation marks become typographic, as English has them, and stand as what they do. */
  'typographic-quotes': (text) => correctMarks(educateQuotes(text)),
} as const satisfies Record<string, (text: string) => string>;

export type PreparationStep = keyof typeof STEPS;
export type Preparation = readonly PreparationStep[];

export const PREPARATION_STEPS = Object.keys(STEPS) as readonly PreparationStep[];

/** Where nothing is declared: a text is what it is, but for how its lines end. */
export const DEFAULT_PREPARATION: Preparation = ['line-breaks'];

export function prepareText(raw: string, preparation: Preparation): string {
  return PREPARATION_STEPS.filter((step) => preparation.includes(step)).reduce((text, step) => STEPS[step](text), raw);
}
