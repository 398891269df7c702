// What a rule that nobody wrote can ask of the steps that were read last, by the kind of dataset.
import { toCharacters } from '../base/positions.ts';
import type { Dataset, Kind, Source } from './dataset.ts';
import { chooseMeasures, type MeasureColumn, measureColumns } from './series/features.ts';
import { isEnglishConvention } from './text/conventions.ts';
import { type Counted, chooseFeatures, featureColumns, type TextColumn } from './text/features.ts';
import { COUNTS_OF_CODE, RUNNING_COUNTS } from './text/running-counts.ts';
import { viewOf } from './text/text-view.ts';
import { chooseTokenFeatures } from './tokens/features.ts';

/** A feature of some steps, in bins, with the questions that can be asked of it. */
export type FeatureColumn = TextColumn | MeasureColumn;

/** The same features of any steps. @param positions rising; a row each */
export type Features = (positions: readonly number[]) => readonly FeatureColumn[];

/**
 * @param training the steps that rules are fitted on, which suggest the questions
 * @param leastRows a question that fewer of them answer with yes is not asked
 */
type Chooser = (dataset: Dataset, training: readonly number[], leastRows: number) => Features;

/** Of a program other things are counted than of prose, and of prose its own quotation marks. */
function countedIn(texts: Dataset['texts'], { language, quotations }: Source): Counted {
  if (language?.kind === 'programming') return { counts: COUNTS_OF_CODE };
  const { convention } = viewOf(texts, language, { quotations });
  return { counts: RUNNING_COUNTS, ...(isEnglishConvention(convention) ? {} : { pairs: convention.pairs }) };
}

const CHOOSERS: Readonly<Record<Kind, Chooser>> = {
  text({ texts, source }, training, leastRows) {
    const choice = chooseFeatures(texts, training, leastRows, countedIn(texts, source));
    return (positions) => featureColumns(choice, texts, positions);
  },
  tokens(dataset, training, leastRows) {
    const characters = toCharacters(dataset.texts.join(''));
    return chooseTokenFeatures(dataset, characters, training, leastRows, countedIn(characters, dataset.source));
  },
  series({ rows }, training) {
    const choices = chooseMeasures(rows, training);
    return (positions) => measureColumns(choices, positions);
  },
};

export const featuresOf: Chooser = (dataset, training, leastRows) =>
  CHOOSERS[dataset.kind](dataset, training, leastRows);
