// How what a visitor types is changed before the network reads it, in words.
import type { Preparation, PreparationStep } from '../../pipeline/base/preparation.ts';

/** What the page does; line breaks have but one form in a browser. */
const WORDS: Readonly<Partial<Record<PreparationStep, string>>> = {
  nfc: 'letters and their accents become one character',
  'collapse-spaces': 'of several spaces in a row one is read',
  'typographic-quotes': 'straight quotation marks become ‘ ’ “ ” (by a simpler rule, which may err at an apostrophe)',
};

/** As a sentence. */
export function preparationSentence(preparation: Preparation): string {
  const words = preparation.flatMap((step) => WORDS[step] ?? []);
  if (words.length === 0) return 'What you type is read as it is.';
  return `What you type is prepared as the text was that it learned from: ${words.join('; ')}.`;
}
