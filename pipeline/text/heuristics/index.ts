// The label functions that a heuristic can name, for what no regular expression can say.
import { fromSpans, type LabelKind } from '../labels.ts';
import type { Passage } from '../passage.ts';
import type { Span } from '../positions.ts';
import { sinceLineBreak, sinceOpeningQuote } from './counts-since.ts';
import { dialogueTag } from './dialogue-tag.ts';
import { functionWord } from './function-words.ts';
import { positionInLine, positionInQuote, positionInSentence, positionInWord } from './positions-within.ts';
import { afterQuotes, apostrophe, insideQuotes } from './quotations.ts';
import { rareWord } from './rare-words.ts';
import { sentenceFinal, sentenceInitial } from './sentence-edges.ts';

export interface LabelFunction {
  readonly kind: LabelKind;
  /** One value a code point of the passage. */
  readonly label: (passage: Passage) => Uint8Array | Float32Array;
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

function binary(find: (passage: Passage) => readonly Span[]): LabelFunction {
  return { kind: 'binary', label: (passage) => fromSpans(find(passage), passage.characters.length) };
}

function real(label: (passage: Passage) => Float32Array): LabelFunction {
  return { kind: 'real', label };
}
