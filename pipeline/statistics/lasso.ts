// The lasso: least squares with a price on the size of every coefficient, which leaves most of them at zero (Tibshirani
// 1996), by coordinate descent on covariances (Friedman, Hastie and Tibshirani 2010, section 2.2).
import {
  type Covariances,
  type CrossProducts,
  covariancesOf,
  joined,
  type LinearFit,
  squaredError,
  withIntercept,
  without,
} from './cross-products.ts';

export interface LassoOptions {
  /** Where the descent starts; zeros where left out. */
  readonly start?: Float64Array | undefined;
  /** Features that stay out, whatever they would bring. */
  readonly left?: ReadonlySet<number> | undefined;
}

/** A sweep in which no feature's part of the fit moves by more than this standard deviation is the last. */
const TOLERANCE = 1e-5;
const SWEEPS_AT_MOST = 2000;

/** A feature with less variance does not vary, but for rounding. */
const LEAST_VARIANCE = 1e-9;

/**
 * The coefficients that minimise ½ · mean (target − fit)² + penalty · Σ |coefficient|. A feature that does not vary gets
 * none. With a penalty of 0 these are least squares. Features and target should have variances of about 1.
 * @param penalty in units of a covariance with the target: at the largest of these and beyond, all coefficients are 0
 */
export function lasso({ features, target }: Covariances, penalty: number, options: LassoOptions = {}): Float64Array {
  const { start, left } = options;
  const width = target.length;
  const coefficients = new Float64Array(width);
  const gradient = target.slice();
  const move = (feature: number, change: number) => {
    coefficients[feature]! += change;
    for (let other = 0; other < width; other++) gradient[other]! -= change * features[feature * width + other]!;
  };
  const free = Array.from({ length: width }, (_, feature) => feature).filter(
    (feature) => features[feature * width + feature]! > LEAST_VARIANCE && left?.has(feature) !== true,
  );
  if (start !== undefined) for (const feature of free) if (start[feature] !== 0) move(feature, start[feature]!);
  for (let sweep = 0; sweep < SWEEPS_AT_MOST; sweep++) {
    let largest = 0;
    for (const feature of free) {
      const variance = features[feature * width + feature]!;
      const alone = gradient[feature]! + variance * coefficients[feature]!;
      const change = shrunk(alone, penalty) / variance - coefficients[feature]!;
      if (change === 0) continue;
      move(feature, change);
      largest = Math.max(largest, Math.abs(change) * Math.sqrt(variance));
    }
    if (largest <= TOLERANCE) break;
  }
  return coefficients;
}

/** Towards zero by `penalty`, and not beyond it. */
function shrunk(value: number, penalty: number): number {
  return Math.sign(value) * Math.max(0, Math.abs(value) - penalty);
}

/** Shares of the largest penalty that is of any use, falling: what is tried. */
const PENALTIES = Array.from({ length: 13 }, (_, step) => 10 ** (-step / 4));

export interface ChosenFit extends LinearFit {
  readonly penalty: number;
}

/**
 * The lasso of all rows, with the penalty under which lassos of all folds but one predict that one best.
 * @param folds at least two, of different rows
 */
export function crossValidated(folds: readonly CrossProducts[]): ChosenFit {
  const all = folds.reduce(joined);
  const most = largestPenalty(covariancesOf(all));
  const errors = new Float64Array(PENALTIES.length);
  for (const fold of folds) {
    const others = without(all, fold);
    const covariances = covariancesOf(others);
    let start: Float64Array | undefined;
    PENALTIES.forEach((share, step) => {
      start = lasso(covariances, share * most, { start });
      errors[step]! += squaredError(fold, withIntercept(others, start));
    });
  }
  const penalty = PENALTIES[errors.indexOf(Math.min(...errors))]! * most;
  return { ...withIntercept(all, lasso(covariancesOf(all), penalty)), penalty };
}

/** From this penalty on every coefficient is 0. */
function largestPenalty({ target }: Covariances): number {
  return target.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}
