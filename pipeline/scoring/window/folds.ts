// Which steps a window is fitted on and which it predicts: never the same ones.
import type { Dataset } from '../../datasets/dataset.ts';
import { fromSpans } from '../../datasets/labels.ts';
import { type Label, pairedPositions } from '../plan/labels.ts';
import type { ScoringPlan } from '../plan/plan.ts';
import { type WindowReads, windowFeatures, windowReads } from './features.ts';
import { predictFromWindow, type WindowPrediction } from './window.ts';

/** What threads share: what is read, its labels, and the steps. */
export interface Windowed {
  readonly reads: WindowReads;
  readonly labels: readonly Label[];
  readonly folds: readonly Fold[];
  readonly validation: Int32Array;
  /** Where windows predict: the steps of the training sample, and after them those that judge. */
  readonly training: Int32Array;
  readonly judging: Int32Array;
}

interface Fold {
  readonly fitting: Int32Array;
  /** Numbers of the rows that are predicted, and their steps. */
  readonly rows: Int32Array;
  readonly predicted: Int32Array;
}

/** Where the steps beside the sample are fewer than so many times the sample, the sample's own are needed too. */
const ENOUGH_BESIDE = 2;
const FOLDS = 4;

/**
 * @param training positions of the sample of the training steps, rising
 * @returns what windows predict, the training sample's rows first; long texts have enough training steps beside the sample
 *   to fit on, in short ones the sample is predicted fold by fold
 */
export function windowedRows(dataset: Dataset, plan: ScoringPlan, training: readonly number[]): Windowed {
  const { scorable, plainLabels, judge, trainRows } = plan;
  const { length } = dataset.texts;
  const labels = scorable.map(({ id }, k): Label => {
    const { kind, index } = judge.hypotheses[k]!;
    return { id, kind, values: plainLabels[kind][index]! }; // the very arrays that threads share
  });
  const validating = dataset.blocks.filter(({ split }) => split === 'validation');
  const all = Int32Array.from(trainRows.keys()).filter((step) => trainRows[step] === 1);
  const steps = Int32Array.from([...training, ...judge.positions]);
  const foldOf = (rows: Int32Array, left: ReadonlySet<number>): Fold => ({
    fitting: all.filter((step) => !left.has(step)),
    rows,
    predicted: rows.map((row) => steps[row]!),
  });
  const rowsBetween = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, k) => from + k);
  const beside = all.length - training.length;
  const folds = [];
  if (beside >= ENOUGH_BESIDE * training.length) {
    folds.push(foldOf(rowsBetween(0, steps.length), new Set(training)));
  } else {
    for (let fold = 0; fold < FOLDS; fold++) {
      const [from, to] = [fold, fold + 1].map((end) => Math.floor((end * training.length) / FOLDS)) as [number, number];
      folds.push(foldOf(rowsBetween(from, to), new Set(training.slice(from, to))));
    }
    folds.push(foldOf(rowsBetween(training.length, steps.length), new Set()));
  }
  return {
    reads: windowReads(dataset),
    labels,
    folds,
    validation: pairedPositions(fromSpans(validating, length)),
    training: Int32Array.from(training),
    judging: judge.positions,
  };
}

/** The predictions of a window of so many steps, for every label under each alignment, the training sample's first. */
export function predictOutOfFold(
  { reads, labels, folds, validation, training, judging }: Windowed,
  length: number,
): WindowPrediction[] {
  const features = windowFeatures(reads, length);
  const found: { alignment: WindowPrediction['alignment']; values: Float32Array }[] = [];
  for (const fold of folds) {
    predictFromWindow(features, labels, { ...fold, validation }).forEach(({ alignment, values }, k) => {
      found[k] ??= { alignment, values: new Float32Array(training.length + judging.length) };
      values.forEach((value, index) => {
        found[k]!.values[fold.rows[index]!] = value;
      });
    });
  }
  return found;
}
