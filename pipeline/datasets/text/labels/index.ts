// The label functions that a hypothesis can name, for what no regular expression can say.
import type { Span } from '../../../base/positions.ts';
import { fromSpans, type LabelKind } from '../../labels.ts';
import type { TextView } from '../text-view.ts';
import { braceDepth, parenthesisDepth, sinceFunction, spansOf } from './code.ts';
import {
  positionInLine,
  positionInQuote,
  positionInSentence,
  positionInWord,
  sinceLineBreak,
  sinceOpeningQuote,
} from './counts.ts';
import { indentation, nextIndentation, previousIndentation } from './indentation.ts';
import { afterQuotes, apostrophe, dialogueTag, insideQuotes, sentenceFinal, sentenceInitial } from './quotations.ts';
import { bracketDepth, heading, insideCurlyBrackets, insideSquareBrackets, repeatedWord } from './structure.ts';
import { vowel } from './vowels.ts';
import { functionWord, rareWord } from './words.ts';

export interface LabelFunction {
  readonly kind: LabelKind;
  /** One value a code point of the view. */
  readonly label: (view: TextView) => Uint8Array | Float32Array;
  /** Whether a sample is labelled by what stands around it in the whole text, and not by itself. */
  readonly inContext?: true;
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
  ['vowel', binary(vowel)],
  ['position-in-word', real(positionInWord)],
  ['position-in-line', real(positionInLine)],
  ['position-in-sentence', real(positionInSentence)],
  ['position-in-quote', real(positionInQuote)],
  ['since-line-break', real(sinceLineBreak)],
  ['since-opening-quote', real(sinceOpeningQuote)],
  ['bracket-depth', { ...real(bracketDepth), inContext: true }],
  ['inside-square-brackets', { ...binary(insideSquareBrackets), inContext: true }],
  ['inside-curly-brackets', { ...binary(insideCurlyBrackets), inContext: true }],
  ['repeated-word', { ...binary(repeatedWord), inContext: true }],
  ['heading', { ...binary(heading), inContext: true }],
  ['indentation', { ...real(indentation), inContext: true }],
  ['previous-indentation', { ...real(previousIndentation), inContext: true }],
  ['next-indentation', { ...real(nextIndentation), inContext: true }],
  ['inside-string', ofCode(binary(spansOf('string')))],
  ['inside-comment', ofCode(binary(spansOf('block-comment', 'line-comment')))],
  ['inside-block-comment', ofCode(binary(spansOf('block-comment')))],
  ['inside-line-comment', ofCode(binary(spansOf('line-comment')))],
  ['preprocessor-line', ofCode(binary(spansOf('preprocessor')))],
  ['keyword', ofCode(binary(spansOf('keyword')))],
  ['identifier', ofCode(binary(spansOf('identifier')))],
  ['number-literal', ofCode(binary(spansOf('number')))],
  ['operator', ofCode(binary(spansOf('operator')))],
  ['inside-condition', ofCode(binary(spansOf('condition')))],
  ['inside-parameters', ofCode(binary(spansOf('parameters')))],
  ['statement-end', ofCode(binary(spansOf('statement-end')))],
  ['brace-depth', ofCode(real(braceDepth))],
  ['parenthesis-depth', ofCode(real(parenthesisDepth))],
  ['since-function', ofCode(real(sinceFunction))],
]);

function ofCode(label: LabelFunction): LabelFunction {
  return { ...label, inContext: true, needsGrammar: true };
}

function binary(find: (view: TextView) => readonly Span[]): LabelFunction {
  return { kind: 'binary', label: (view) => fromSpans(find(view), view.characters.length) };
}

function real(label: (view: TextView) => Float32Array): LabelFunction {
  return { kind: 'real', label };
}
