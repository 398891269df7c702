// What a signal adds to a prediction of a label: a logistic regression of the label on the prediction alone, and one on both,
// fitted on one text; on another, the share of the first one's deviance that the second one takes away. Of a real label the
// regressions are linear and the deviance is the sum of squared errors, so that the share is one of variance.
import { explainedInterval, type Interval } from './jackknife.ts';

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

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
   */
  estimate(signal: ArrayLike<number>): number;
  /** Fits, and judges by block. */
  judge(signal: SignalRows): Added;
  /** The same by other groups of the judging rows, [rows], numbered from 0. */
  judgeBy(signal: SignalRows, group: Int32Array, groups: number): Added;
}

/** z = a + b · prediction + c · signal. */
type Fit = readonly [a: number, b: number, c: number];

const NEWTON_STEPS = 25;
/** The share of the deviance by which the last step lowers it, at most. */
const SETTLED = 1e-4;
/** Of a signal's own length, what must be left beside the prediction, or it tells nothing new. */
const NEGLIGIBLE = 1e-8;
const RIDGE = 1e-10;

export function adding({ kind, block, blocks, ...rows }: Predicted): Adding {
  // All arrays of one type, for the long loops are compiled for what they are given.
  const plain = ({ label, prediction }: PredictedRows) => ({ label, prediction: new Float64Array(prediction) });
  const training = plain(rows.training);
  const judging = plain(rows.judging);
  const alone = fitted(kind, training, null, [0, 1, 0]);
  const { label, prediction: z } = training;
  // What the fit leaves of each row, and how much the row weighs.
  const residual = new Float64Array(label.length);
  const weight = new Float64Array(label.length);
  let [deviance, w, wz, wzz] = [0, 0, 0, 0];
  for (let row = 0; row < label.length; row++) {
    const eta = alone[0] + alone[1] * z[row]!;
    const expected = kind === 'real' ? eta : 1 / (1 + Math.exp(-eta));
    deviance += devianceOf(kind, label[row]!, eta);
    residual[row] = label[row]! - expected;
    weight[row] = kind === 'real' ? 1 : expected * (1 - expected);
    w += weight[row]!;
    wz += weight[row]! * z[row]!;
    wzz += weight[row]! * z[row]! ** 2;
  }
  const determinant = w * wzz - wz * wz;

  /** How much one step lowers the deviance. */
  function gainOf(x: Float64Array): number {
    let [score, wx, wxz, wxx] = [0, 0, 0, 0];
    for (let row = 0; row < weight.length; row++) {
      const value = x[row]!;
      const weighted = weight[row]! * value;
      score += residual[row]! * value;
      wx += weighted;
      wxz += weighted * z[row]!;
      wxx += weighted * value;
    }
    // The length of what of the signal neither the intercept nor the prediction gives.
    const given = determinant > 0 ? (wzz * wx * wx - 2 * wz * wx * wxz + w * wxz * wxz) / determinant : (wx * wx) / w;
    const own = wxx - given;
    return own > NEGLIGIBLE * wxx ? (score * score) / own : 0;
  }

  const devianceBy = (signal: Float64Array | null, found: Fit, group: Int32Array, groups: number): Float64Array => {
    const sums = new Float64Array(groups);
    for (let row = 0; row < group.length; row++) {
      const eta = found[0] + found[1] * judging.prediction[row]! + (signal === null ? 0 : found[2] * signal[row]!);
      sums[group[row]!]! += devianceOf(kind, judging.label[row]!, eta);
    }
    return sums;
  };
  const devianceAlone = devianceBy(null, alone, block, blocks);
  const together = (signal: SignalRows, group: Int32Array, groups: number) => {
    const { training: x, judging: judged } = standardised(signal);
    return devianceBy(judged, fitted(kind, training, x, alone), group, groups);
  };
  return {
    left: sum(devianceAlone) / Math.max(1, block.length),
    estimate: (signal) => gainOf(new Float64Array(signal)) / deviance,
    judge: (signal) => ({ alone: devianceAlone, together: together(signal, block, blocks) }),
    judgeBy: (signal, group, groups) => ({
      alone: devianceBy(null, alone, group, groups),
      together: together(signal, group, groups),
    }),
  };
}

function devianceOf(kind: 'binary' | 'real', label: number, eta: number): number {
  if (kind === 'real') return (label - eta) ** 2;
  const wrong = label === 1 ? -eta : eta;
  return 2 * (Math.max(0, wrong) + Math.log(1 + Math.exp(-Math.abs(wrong))));
}

/** Maximum likelihood by Newton's method, a step halved while it overshoots. c stays 0 without a signal. */
function fitted(
  kind: 'binary' | 'real',
  { label, prediction }: { readonly label: Float64Array; readonly prediction: Float64Array },
  signal: Float64Array | null,
  start: Fit,
): Fit {
  const x = signal ?? new Float64Array(label.length);
  let found = start;
  let step: Fit = [0, 0, 0];
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < NEWTON_STEPS; k++) {
    const [a, b, c] = found;
    // One loop and plain variables: this is where the time goes.
    let [deviance, ga, gb, gc, aa, ab, bb, ac, bc, cc] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let row = 0; row < label.length; row++) {
      const y = label[row]!;
      const z = prediction[row]!;
      const v = x[row]!;
      const eta = a + b * z + c * v;
      let left = y - eta;
      let weight = 1;
      if (kind === 'real') {
        deviance += left * left;
      } else {
        const odds = Math.exp(-Math.abs(eta));
        const expected = eta < 0 ? odds / (1 + odds) : 1 / (1 + odds);
        deviance += 2 * (Math.max(0, y === 1 ? -eta : eta) + Math.log(1 + odds));
        left = y - expected;
        weight = expected * (1 - expected);
      }
      ga += left;
      gb += left * z;
      gc += left * v;
      aa += weight;
      ab += weight * z;
      bb += weight * z * z;
      ac += weight * v;
      bc += weight * z * v;
      cc += weight * v * v;
    }
    if (deviance <= least) {
      if (least - deviance <= SETTLED * deviance) break;
      least = deviance;
      step = solve([ga, gb, gc], [aa, ab, bb, ac, bc, cc]);
      if (!step.every(Number.isFinite)) break; // what is parted without a fault has no finite fit
    } else {
      found = [a - step[0], b - step[1], c - step[2]];
      step = [step[0] / 2, step[1] / 2, step[2] / 2];
    }
    found = [found[0] + step[0], found[1] + step[1], found[2] + step[2]];
  }
  return found;
}

/** About the mean of the rows that are fitted on, in their standard deviations, so that the fit knows no units. */
function standardised({ training, judging }: SignalRows): { training: Float64Array; judging: Float64Array } {
  const x = new Float64Array(training);
  const centre = sum(x) / x.length;
  const deviation = Math.sqrt(x.reduce((squares, value) => squares + (value - centre) ** 2, 0) / x.length) || 1;
  const scaled = (values: Float64Array) => values.map((value) => (value - centre) / deviation);
  return { training: scaled(x), judging: scaled(new Float64Array(judging)) };
}

/** Solves [aa ab ac; ab bb bc; ac bc cc] · s = g by Cramer's rule, with a trace of a ridge where columns say the same. */
function solve(
  [x, y, v]: Fit,
  [aa, ab, bb, ac, bc, cc]: readonly [number, number, number, number, number, number],
): Fit {
  const ridge = RIDGE * (aa + bb + cc);
  const [A, B] = [aa + ridge, bb + ridge];
  const C = cc > 0 ? cc + ridge : 1;
  const determinant = A * (B * C - bc * bc) - ab * (ab * C - bc * ac) + ac * (ab * bc - B * ac);
  return [
    (x * (B * C - bc * bc) - ab * (y * C - bc * v) + ac * (y * bc - B * v)) / determinant,
    (A * (y * C - bc * v) - x * (ab * C - bc * ac) + ac * (ab * v - y * ac)) / determinant,
    (A * (B * v - y * bc) - ab * (ab * v - y * ac) + x * (ab * bc - B * ac)) / determinant,
  ];
}
