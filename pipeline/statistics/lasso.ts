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
import { instantiate, reserve } from './kernels.ts';

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
  const free = Int32Array.from({ length: width }, (_, feature) => feature).filter(
    (feature) => features[feature * width + feature]! > LEAST_VARIANCE && left?.has(feature) !== true,
  );
  if (free.length === 0) return new Float64Array(width);
  const { coefficients, descend } = load(features, target, free);
  if (start !== undefined)
    for (const feature of free) if (start[feature] !== 0) coefficients.move(feature, start[feature]!);
  descend(penalty);
  return coefficients.values.slice();
}

/** See coordinate-descent.wat. */
type Descend = (
  ...how: [
    free: number,
    freeEnd: number,
    covariances: number,
    rowBytes: number,
    coefficients: number,
    gradient: number,
    penalty: number,
    tolerance: number,
    sweeps: number,
  ]
) => void;

let memory: WebAssembly.Memory | undefined;
let kernel: { readonly descend: Descend } | undefined;

/** Coefficients of zero, and what moves them. It holds until the next call, for all go through the same memory. */
function load(features: Float64Array, target: Float64Array, free: Int32Array) {
  const width = target.length;
  const rowBytes = Math.ceil(width / 2) * 16;
  const [gradientAt, covariancesAt] = [rowBytes, 2 * rowBytes];
  const freeAt = covariancesAt + width * rowBytes;
  memory ??= new WebAssembly.Memory({ initial: 0 });
  reserve(memory, freeAt + 4 * width);
  kernel ??= instantiate<{ descend: Descend }>('coordinate-descent', memory);
  const { descend } = kernel;
  const values = new Float64Array(memory.buffer, 0, width).fill(0);
  const gradient = new Float64Array(memory.buffer, gradientAt, width);
  gradient.set(target);
  const covariances = new Float64Array(memory.buffer, covariancesAt, (width * rowBytes) / 8);
  for (let row = 0; row < width; row++) {
    covariances.set(features.subarray(row * width, (row + 1) * width), (row * rowBytes) / 8);
  }
  new Int32Array(memory.buffer, freeAt, free.length).set(free);
  return {
    coefficients: {
      values,
      move(feature: number, change: number) {
        values[feature]! += change;
        for (let other = 0; other < width; other++) gradient[other]! -= change * features[feature * width + other]!;
      },
    },
    descend(penalty: number) {
      const freeEnd = freeAt + 4 * free.length;
      descend(freeAt, freeEnd, covariancesAt, rowBytes, 0, gradientAt, penalty, TOLERANCE, SWEEPS_AT_MOST);
    },
  };
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
