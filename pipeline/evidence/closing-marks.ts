// The marks that close quotations, where something is asked of the probability that a network gives them.
import { kindOf } from '../datasets/kinds.ts';
import { type ClosingMarks, closingMarks } from '../datasets/text/quotes.ts';
import { viewOf } from '../datasets/text/text-view.ts';
import type { EvidenceContext } from './context.ts';

/** Hypotheses about quotations. */
export const QUOTATIONS: ReadonlySet<string> = new Set([
  'inside-quotes',
  'after-quotes',
  'position-in-quote',
  'since-opening-quote',
]);

/** Null where nothing is text, or no quotation of it is closed. */
export function closingMarksOf({ labelled }: Pick<EvidenceContext, 'labelled'>): ClosingMarks | null {
  if (!kindOf(labelled).ofCharacters) return null;
  const marks = closingMarks(
    labelled.texts,
    viewOf(labelled.texts, labelled.source.language, { quotations: labelled.source.quotations }).quotations,
  );
  return marks.positions.size === 0 ? null : marks;
}

/** The probability of all characters that close quotations, from a row of predictions, [rows, outputs]. */
export function closingProbability({ network }: Pick<EvidenceContext, 'network'>, { characters }: ClosingMarks) {
  const { architecture, vocabulary = [] } = network!.card;
  const numbers = [...characters].map((character) => vocabulary.indexOf(character));
  return (prediction: Float32Array, row: number): number =>
    numbers.reduce((sum, number) => sum + Math.exp(prediction[row * architecture.outputs + number]!), 0);
}
