// The label functions that a hypothesis can name, for what no regular expression can say.
import type { Span } from '../../../base/positions.ts';
import { fromSpans, type LabelKind } from '../../labels.ts';
import type { TextView } from '../text-view.ts';
import {
  positionInLine,
  positionInQuote,
  positionInSentence,
  positionInWord,
  sinceLineBreak,
  sinceOpeningQuote,
} from './counts.ts';
import { afterQuotes, apostrophe, dialogueTag, insideQuotes, sentenceFinal, sentenceInitial } from './quotations.ts';
import { functionWord, rareWord } from './words.ts';

export interface LabelFunction {
  readonly kind: LabelKind;
  /** One value a code point of the view. */
  readonly label: (view: TextView) => Uint8Array | Float32Array;
  /** Whether it asks for a parser of the text's programming language. */
  readonly needsGrammar?: true;
}

/** Label functions by the names that front matter gives them. */
export const LABEL_FUNCTIONS: ReadonlyMap<string, LabelFunction> = new Map([
  ['inside-quotes', binary(insideQuotes)],
  ['after-quotes', binary(afterQuotes)],
  ['dialogue-tag', binary(dialogueTag)],
  ['apostrophe', binary(apostrophe)],
  ['sentence-initial', binary(sentenceInitial)],
  ['sentence-final', binary(sentenceFinal)],
  ['function-word', binary(functionWord)],
  ['rare-word', binary(rareWord)],
  ['position-in-word', real(positionInWord)],
  ['position-in-line', real(positionInLine)],
  ['position-in-sentence', real(positionInSentence)],
  ['position-in-quote', real(positionInQuote)],
  ['since-line-break', real(sinceLineBreak)],
  ['since-opening-quote', real(sinceOpeningQuote)],
]);

function binary(find: (view: TextView) => readonly Span[]): LabelFunction {
  return { kind: 'binary', label: (view) => fromSpans(find(view), view.characters.length) };
}

function real(label: (view: TextView) => Float32Array): LabelFunction {
  return { kind: 'real', label };
}
