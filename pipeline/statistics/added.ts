// What a signal adds to a prediction of a label: a logistic regression of the label on the prediction alone, and one on both,
// fitted on one text; on another, the share of the first one's deviance that the second one takes away. Of a real label the
// regressions are linear and the deviance is the sum of squared errors, so that the share is one of variance.
import { explainedInterval, type Interval } from './jackknife.ts';
import { ScoreTests } from './score-sums.ts';
import { deviancesOf, type Fit, fitTwoTerms, rowDeviance, type TwoTermRows } from './two-term-fit.ts';

function sum(values: Float64Array): number {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k]!;
  return total;
}

/** A label and what is predicted of it, on one text. */
export interface PredictedRows {
  /** 0 or 1, or any number of a real label, [rows]. */
  readonly label: Float64Array;
  /** Log-odds, or of a real label its value, [rows]. */
  readonly prediction: ArrayLike<number>;
}

export interface Predicted {
  readonly kind: 'binary' | 'real';
  /** What is fitted on, and what judges. */
  readonly training: PredictedRows;
  readonly judging: PredictedRows;
  /** Number of each judging row's block, from 0, rising. */
  readonly block: Int32Array;
  readonly blocks: number;
  /** What several labels of the same rows share. */
  readonly tests?: ScoreTests;
}

/** A signal at the rows that are fitted on and at those that judge. */
export interface SignalRows {
  readonly training: ArrayLike<number>;
  readonly judging: ArrayLike<number>;
}

/** Deviances of the judging rows, [blocks]: of the prediction alone, and together with the signal. */
export interface Added {
  readonly alone: Float64Array;
  readonly together: Float64Array;
}

/** The share of the deviance that the signal takes away; below 0 where it misleads. */
export const shareOf = ({ alone, together }: Added): number => 1 - sum(together) / sum(alone);

/** Its 95% interval, one block left out after the other; null of fewer than three blocks. */
export const shareInterval = ({ alone, together }: Added): Interval | null => explainedInterval(together, alone);

export interface Adding {
  /** Mean deviance of a judging row, of the prediction alone: twice the nats, or a squared error. */
  readonly left: number;
  /**
   * The share of the fitted deviance that a signal would take away, by one step of Newton's method (Rao's score test, 1948).
   * It is cheap: a signal far below a bar need not be fitted.
   * @param signal [rows that are fitted on]
   * @param bar where a few rows promise less than half of it, what they promise is enough to know
   */
  estimate(signal: ArrayLike<number>, bar?: number): number;
  /** Fits, and judges by block. */
  judge(signal: SignalRows): Added;
  /** The same by other groups of the judging rows, [rows], numbered from 0. */
  judgeBy(signal: SignalRows, group: Int32Array, groups: number): Added;
}

/** Of a signal's own length, what must be left beside the prediction, or it tells nothing new. */
const NEGLIGIBLE = 1e-8;
/** Of so many rows one is among the few that are asked first. */
const FEW = 4;

export function adding({ kind, block, blocks, training, judging, tests = new ScoreTests() }: Predicted): Adding {
  const withSignal = ({ label, prediction }: PredictedRows, x: TwoTermRows['x']): TwoTermRows => ({
    kind,
    label,
    z: prediction,
    x,
  });
  const ends = new Int32Array(blocks);
  block.forEach((number, row) => {
    ends[number] = row + 1;
  });
  const alone = fitTwoTerms(withSignal(training, null), [0, 1, 0]);
  const devianceAlone = deviancesOf(withSignal(judging, null), alone, ends);
  const fitted = (signal: SignalRows): { readonly x: Float64Array; readonly fit: Fit } => {
    const { training: onTraining, judging: x } = standardised(signal);
    return { x, fit: fitTwoTerms(withSignal(training, onTraining), alone) };
  };
  const devianceBy = (x: Float64Array | null, [a, b, c]: Fit, group: Int32Array, groups: number): Float64Array => {
    const sums = new Float64Array(groups);
    group.forEach((number, row) => {
      const eta = a + b * judging.prediction[row]! + c * (x?.[row] ?? 0);
      sums[number]! += rowDeviance(kind, judging.label[row]!, eta);
    });
    return sums;
  };
  const steps = new Map<number, ReturnType<typeof oneStep>>();
  const promise = (signal: ArrayLike<number>, stride: number) => {
    let step = steps.get(stride);
    if (step === undefined) {
      step = oneStep(withSignal(training, null), alone, stride, tests);
      steps.set(stride, step);
    }
    return step(signal);
  };
  return {
    left: sum(devianceAlone) / Math.max(1, block.length),
    estimate(signal, bar = 0) {
      const few = bar > 0 ? promise(signal, FEW) : bar;
      return few < bar / 2 ? few : promise(signal, 1);
    },
    judge(signal) {
      const { x, fit } = fitted(signal);
      return { alone: devianceAlone, together: deviancesOf(withSignal(judging, x), fit, ends) };
    },
    judgeBy(signal, group, groups) {
      const { x, fit } = fitted(signal);
      return { alone: devianceBy(null, alone, group, groups), together: devianceBy(x, fit, group, groups) };
    },
  };
}

/**
 * One step of Newton's method from a fit without the signal.
 * @param stride of so many rows one is looked at
 * @returns the share of the deviance of these rows that it takes away
 */
function oneStep(
  { kind, label, z: prediction }: TwoTermRows,
  [a, b]: Fit,
  stride: number,
  tests: ScoreTests,
): (signal: ArrayLike<number>) => number {
  const rows = Math.ceil(label.length / stride);
  // What the fit leaves of each row, and how much the row weighs. Floats, for there are hundreds of labels and windows.
  const residual = new Float32Array(rows);
  const weight = new Float32Array(rows);
  const weightedZ = new Float32Array(rows);
  let [deviance, w, wz, wzz] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const y = label[row * stride]!;
    const z = prediction[row * stride]!;
    const eta = a + b * z;
    const expected = kind === 'real' ? eta : 1 / (1 + Math.exp(-eta));
    deviance += rowDeviance(kind, y, eta);
    residual[row] = y - expected;
    weight[row] = kind === 'real' ? 1 : expected * (1 - expected);
    weightedZ[row] = weight[row]! * z;
    w += weight[row]!;
    wz += weightedZ[row]!;
    wzz += weightedZ[row]! * z;
  }
  const determinant = w * wzz - wz * wz;
  const sumsOf = tests.add({ residual, weight, weightedZ }, stride);
  return (signal) => {
    const [score, wx, wxz, wxx] = sumsOf(signal);
    // The length of what of the signal neither the intercept nor the prediction gives.
    const given = determinant > 0 ? (wzz * wx * wx - 2 * wz * wx * wxz + w * wxz * wxz) / determinant : (wx * wx) / w;
    const own = wxx - given;
    return own > NEGLIGIBLE * wxx ? (score * score) / own / deviance : 0;
  };
}

/** About the mean of the rows that are fitted on, in their standard deviations, so that the fit knows no units. */
function standardised({ training, judging }: SignalRows): { training: Float64Array; judging: Float64Array } {
  const x = new Float64Array(training);
  const centre = sum(x) / x.length;
  let squares = 0;
  for (let row = 0; row < x.length; row++) squares += (x[row]! - centre) ** 2;
  const deviation = Math.sqrt(squares / x.length) || 1;
  const scale = (values: Float64Array) => {
    for (let row = 0; row < values.length; row++) values[row] = (values[row]! - centre) / deviation;
    return values;
  };
  return { training: scale(x), judging: scale(new Float64Array(judging)) };
}
