// How well each label is predicted from the last k steps of the dataset alone: what a cell must know more than, if it is to be
// called a memory. Fitted on training steps, except those of the sample that cells are fitted on, so that its predictions
// there are as honest as on the held-out steps.
import { mean } from 'd3-array';
import { mixedRandom, shuffle } from '../../base/random.ts';
import { ALIGNMENTS, type Alignment } from '../../base/signals.ts';
import { createRegression, type SparseRow } from '../../statistics/online-regression.ts';
import { type Label, labelOffset } from '../plan/labels.ts';
import type { WindowFeatures } from './features.ts';

/** Steps, rising; the one after each belongs to the same split. */
export interface WindowSteps {
  /** What it is fitted on, and what says how long and in which steps. */
  readonly fitting: Int32Array;
  readonly validation: Int32Array;
  /** Where it predicts: nothing of that is fitted. */
  readonly predicted: Int32Array;
}

/** What the last k steps say of one label. */
export interface WindowPrediction {
  readonly alignment: Alignment;
  /** Log-odds, or of a real label its value, [steps that are predicted]. */
  readonly values: Float32Array;
}

/** Sizes of a gradient's steps, and rounds of them over all rows: what is tried. */
const RATES = [1.5, 6];
const ROUNDS = 3;
/** Of the order in which the rows come. */
const ORDER_SEED = 1951;

interface Target {
  readonly alignment: Alignment;
  readonly link: 'logistic' | 'linear';
  /** The label, a real one about its mean over the fitted steps and in their standard deviations. */
  valueAt(step: number): number;
  readonly start: number;
  /** What is predicted, in the label's own units. */
  inUnits(predicted: number): number;
}

/** @returns for each label its predictions under each alignment */
export function predictFromWindow(
  features: WindowFeatures,
  labels: readonly Label[],
  { fitting, validation, predicted }: WindowSteps,
): WindowPrediction[] {
  const targets = labels.flatMap((label) => ALIGNMENTS.map((alignment) => targetOf(label, alignment, fitting)));
  const found = targets.map(({ alignment }) => ({ alignment, values: new Float32Array(predicted.length) }));
  const least = targets.map(() => Number.POSITIVE_INFINITY);
  const squares = squaresOf(features, fitting);
  const links = targets.map(({ link }) => link);
  const start = Float64Array.from(targets, (target) => target.start);
  const values = new Float64Array(targets.length);
  for (const rate of RATES) {
    const regression = createRegression(links, start, squares, features.most, rate);
    const random = mixedRandom(ORDER_SEED);
    const order = fitting.slice();
    for (let round = 0; round < ROUNDS; round++) {
      shuffle(order, random);
      for (const step of order) {
        for (let k = 0; k < targets.length; k++) values[k] = targets[k]!.valueAt(step);
        regression.learn(features.at(step), values);
      }
      const losses = new Float64Array(targets.length);
      for (const step of validation) {
        const says = regression.predict(features.at(step));
        for (let k = 0; k < targets.length; k++)
          losses[k]! += lossOf(targets[k]!.link, targets[k]!.valueAt(step), says[k]!);
      }
      const better = [...targets.keys()].filter((k) => losses[k]! < least[k]!);
      for (const k of better) least[k] = losses[k]!;
      predicted.forEach((step, row) => {
        const says = regression.predict(features.at(step));
        for (const k of better) found[k]!.values[row] = targets[k]!.inUnits(says[k]!);
      });
    }
  }
  return found;
}

/** Half the deviance of one step: nats, or half a squared error. */
export function lossOf(link: 'logistic' | 'linear', value: number, predicted: number): number {
  if (link === 'linear') return (value - predicted) ** 2 / 2;
  const wrong = value === 1 ? -predicted : predicted;
  return Math.max(0, wrong) + Math.log1p(Math.exp(-Math.abs(wrong)));
}

function targetOf(label: Label, alignment: Alignment, fitting: Int32Array): Target {
  const offset = labelOffset(alignment);
  const { values } = label;
  const centre = mean(fitting, (step) => values[step + offset]!) ?? 0;
  if (label.kind === 'binary') {
    const rows = Math.max(1, fitting.length);
    // Half a step of each kind, so that a label which the fitted steps lack has finite odds.
    const start = Math.log((centre * rows + 0.5) / ((1 - centre) * rows + 0.5));
    return { alignment, link: 'logistic', valueAt: (step) => values[step + offset]!, start, inUnits: (z) => z };
  }
  const deviation = Math.sqrt(mean(fitting, (step) => (values[step + offset]! - centre) ** 2) ?? 0) || 1;
  const valueAt = (step: number) => (values[step + offset]! - centre) / deviation;
  return { alignment, link: 'linear', valueAt, start: 0, inUnits: (z) => centre + deviation * z };
}

function squaresOf(features: WindowFeatures, steps: Int32Array): Float64Array {
  const squares = new Float64Array(features.size);
  for (const step of steps) {
    const row: SparseRow = features.at(step);
    for (let k = 0; k < row.count; k++) squares[row.features[k]!]! += row.values[k]! ** 2;
  }
  return squares;
}
