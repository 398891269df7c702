// What a rule that nobody wrote can ask of the steps that were read last, by the kind of dataset.
import type { Dataset, Kind } from './dataset.ts';
import { chooseMeasures, type MeasureColumn, measureColumns } from './series/features.ts';
import { chooseFeatures, featureColumns, type TextColumn } from './text/features.ts';
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

const CHOOSERS: Readonly<Record<Kind, Chooser>> = {
  text({ texts }, training, leastRows) {
    const choice = chooseFeatures(texts, training, leastRows);
    return (positions) => featureColumns(choice, texts, positions);
  },
  tokens: chooseTokenFeatures,
  series({ rows }, training) {
    const choices = chooseMeasures(rows, training);
    return (positions) => measureColumns(choices, positions);
  },
};

export const featuresOf: Chooser = (dataset, training, leastRows) =>
  CHOOSERS[dataset.kind](dataset, training, leastRows);
