// How well each label is predicted from the last k steps of the dataset alone: what a cell must know more than, if it is to be
// called a memory. Fitted on training steps, except those of the sample that cells are fitted on, so that its predictions
// there are as honest as on the held-out steps.
import { leastIndex, mean } from 'd3-array';
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

/** A label under an alignment, a real one about its mean over the fitted steps and in their standard deviations. */
interface Target {
  readonly alignment: Alignment;
  readonly link: 'logistic' | 'linear';
  readonly label: Label['values'];
  readonly offset: number;
  readonly centre: number;
  readonly deviation: number;
  /** What it is predicted to be before anything is learned. */
  readonly start: number;
}

/** @returns for each label its predictions under each alignment */
export function predictFromWindow(
  features: WindowFeatures,
  labels: readonly Label[],
  { fitting, validation, predicted }: WindowSteps,
): WindowPrediction[] {
  const targets = labels.flatMap((label) => ALIGNMENTS.map((alignment) => targetOf(label, alignment, fitting)));
  const links = targets.map(({ link }) => link);
  const start = Float64Array.from(targets, (target) => target.start);
  const valuesAt = targetValues(targets);
  const regression = createRegression(links, start, squaresOf(features, fitting), features.most, RATES);
  const random = mixedRandom(ORDER_SEED);
  const order = fitting.slice();
  const found = targets.map(({ alignment }) => ({ alignment, values: new Float32Array(predicted.length) }));
  const least = targets.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    shuffle(order, random);
    valuesAt(order, (step, values) => regression.learn(features.at(step), values));
    const losses = RATES.map(() => new Float64Array(targets.length));
    valuesAt(validation, (step, values) => {
      const says = regression.predict(features.at(step));
      losses.forEach((sums, rate) => {
        for (let k = 0; k < sums.length; k++) sums[k]! += lossOf(links[k]!, values[k]!, says[rate]![k]!);
      });
    });
    // Those that are better than what was found before, and by which rate.
    const better = targets.flatMap((target, k) => {
      const rate = leastIndex(losses, (sums) => sums[k]) ?? -1;
      const loss = losses[rate]?.[k] ?? Number.POSITIVE_INFINITY;
      return loss < least[k]! ? [{ ...target, k, rate, loss }] : [];
    });
    for (const { k, loss } of better) least[k] = loss;
    predicted.forEach((step, row) => {
      const says = regression.predict(features.at(step));
      for (const { k, rate, centre, deviation } of better) found[k]!.values[row] = centre + deviation * says[rate]![k]!;
    });
  }
  return found;
}

/** Steps whose values are looked up together, target by target: the labels of a book do not all fit near the processor. */
const AT_ONCE = 1024;

/** @returns goes through steps, with the targets' values at each, [targets] */
function targetValues(targets: readonly Target[]) {
  const table = new Float64Array(AT_ONCE * targets.length);
  const rows = Array.from({ length: AT_ONCE }, (_, row) =>
    table.subarray(row * targets.length, (row + 1) * targets.length),
  );
  return (steps: Int32Array, each: (step: number, values: Float64Array) => void) => {
    for (let from = 0; from < steps.length; from += AT_ONCE) {
      const some = steps.subarray(from, from + AT_ONCE);
      for (const [k, target] of targets.entries()) enterValues(target, some, table, k, targets.length);
      for (let row = 0; row < some.length; row++) each(some[row]!, rows[row]!);
    }
  };
}

/** Enters a target's values at some steps into a table's column. */
function enterValues(
  { label, offset, centre, deviation }: Target,
  steps: Int32Array,
  table: Float64Array,
  column: number,
  columns: number,
): void {
  for (let row = 0; row < steps.length; row++) {
    table[row * columns + column] = (label[steps[row]! + offset]! - centre) / deviation;
  }
}

/** Half the deviance of one step: nats, or half a squared error. */
export function lossOf(link: 'logistic' | 'linear', value: number, predicted: number): number {
  if (link === 'linear') return (value - predicted) ** 2 / 2;
  const wrong = value === 1 ? -predicted : predicted;
  return Math.max(0, wrong) + Math.log1p(Math.exp(-Math.abs(wrong)));
}

function targetOf({ kind, values: label }: Label, alignment: Alignment, fitting: Int32Array): Target {
  const offset = labelOffset(alignment);
  const centre = mean(fitting, (step) => label[step + offset]!) ?? 0;
  if (kind === 'binary') {
    const rows = Math.max(1, fitting.length);
    // Half a step of each kind, so that a label which the fitted steps lack has finite odds.
    const start = Math.log((centre * rows + 0.5) / ((1 - centre) * rows + 0.5));
    return { alignment, link: 'logistic', label, offset, centre: 0, deviation: 1, start };
  }
  const deviation = Math.sqrt(mean(fitting, (step) => (label[step + offset]! - centre) ** 2) ?? 0) || 1;
  return { alignment, link: 'linear', label, offset, centre, deviation, start: 0 };
}

function squaresOf(features: WindowFeatures, steps: Int32Array): Float64Array {
  const squares = new Float64Array(features.size);
  for (const step of steps) {
    const row: SparseRow = features.at(step);
    for (let k = 0; k < row.count; k++) squares[row.features[k]!]! += row.values[k]! ** 2;
  }
  return squares;
}
