// Which few of many columns of numbers tell most about a label together, found one after the other, and a logistic
// regression of the label on those few.
import { mean } from 'd3-array';

/** Columns over the same rows. */
export interface Columns {
  readonly values: readonly ArrayLike<number>[];
  /** What each column belongs to, such as a cell; once one of its columns is taken, its others are not. */
  readonly owners: readonly number[];
}

/** Of a column's own variance, what must be left after the columns before it, or it tells nothing new. */
const NEGLIGIBLE = 1e-8;

/**
 * Forward selection by least squares: each step takes the column that lowers the squared error of a linear fit to the
 * label most, together with those before it (orthogonal least squares, Chen, Billings and Luo 1989). What is left of the
 * columns is never written out: only its length and its product with the residual are kept.
 * @param label [rows]
 * @param most columns to take; fewer are taken where nothing is left to explain or to explain it with
 * @returns indices of columns in the order in which they were taken
 */
export function selectForward({ values, owners }: Columns, label: ArrayLike<number>, most: number): number[] {
  const residual = centred(label);
  const lengths = values.map((column) => squares(centred(column)));
  const left = lengths.slice();
  const products = values.map((column) => dot(residual, column));
  const basis: Float64Array[] = [];
  const chosen: number[] = [];
  const taken = new Set<number>();
  while (chosen.length < most) {
    let best = -1;
    let gain = NEGLIGIBLE * residual.length;
    for (let k = 0; k < values.length; k++) {
      if (taken.has(owners[k]!) || left[k]! <= NEGLIGIBLE * lengths[k]!) continue;
      const lowered = products[k]! ** 2 / left[k]!;
      if (lowered > gain) [best, gain] = [k, lowered];
    }
    if (best < 0) break;
    chosen.push(best);
    taken.add(owners[best]!);
    const direction = orthogonal(centred(values[best]!), basis);
    const along = dot(direction, residual);
    for (let row = 0; row < residual.length; row++) residual[row]! -= along * direction[row]!;
    for (let k = 0; k < values.length; k++) {
      const share = dot(direction, values[k]!);
      left[k]! -= share ** 2;
      products[k]! -= share * along;
    }
    basis.push(direction);
  }
  return chosen;
}

/** What of a column none of the basis has, of length 1; taken out twice, for once leaves rounding errors. */
function orthogonal(column: Float64Array, basis: readonly Float64Array[]): Float64Array {
  for (const known of [...basis, ...basis]) {
    const share = dot(known, column);
    for (let row = 0; row < column.length; row++) column[row]! -= share * known[row]!;
  }
  const length = Math.sqrt(squares(column));
  return column.map((value) => value / length);
}

function centred(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values);
  const centre = mean(copy)!;
  return copy.map((value) => value - centre);
}

const squares = (column: Float64Array) => dot(column, column);

function dot(column: Float64Array, other: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < column.length; row++) sum += column[row]! * other[row]!;
  return sum;
}

export interface LogisticFit {
  /** Of each column. */
  readonly weights: Float64Array;
  readonly intercept: number;
}

/** Newton doubles the digits that are right at each step; more steps than this mean that it does not settle. */
const STEPS_AT_MOST = 100;
/** The gradient's largest entry at the end, a row. */
const SETTLED = 1e-10;

/**
 * By Newton's method, minimises Σ log(1 + exp(∓z)) + ‖w‖² / 2 with z = w·x + b: the penalty is that of scikit-learn's `LogisticRegression`
 * with C = 1, and leaves the intercept free. It keeps the weights finite where the columns part the label without a fault.
 * @param columns [columns][rows], of about unit variance, for the penalty knows no units
 * @param label [rows]: 0 or 1, both of which occur
 */
export function fitLogistic(columns: readonly ArrayLike<number>[], label: ArrayLike<number>): LogisticFit {
  const all = [Array.from({ length: label.length }, () => 1), ...columns];
  const fit = new Float64Array(all.length);
  let loss = lossOf(all, label, fit);
  for (let step = 0; step < STEPS_AT_MOST; step++) {
    const { gradient, hessian } = derivatives(all, label, fit);
    if (gradient.every((slope) => Math.abs(slope) <= SETTLED * label.length)) break;
    const direction = solvePositive(hessian, gradient);
    // A full step may overshoot far from the minimum, where the curve is nearly straight.
    let next = fit;
    let nextLoss = loss;
    for (let size = 1; size > 1e-6 && !(nextLoss < loss); size /= 2) {
      next = fit.map((value, k) => value - size * direction[k]!);
      nextLoss = lossOf(all, label, next);
    }
    if (!(nextLoss < loss)) break;
    fit.set(next);
    loss = nextLoss;
  }
  return { weights: fit.slice(1), intercept: fit[0]! };
}

/** The log-odds of the label, [rows]. */
export function logOdds(columns: readonly ArrayLike<number>[], rows: number, fit: LogisticFit): Float64Array {
  const z = new Float64Array(rows).fill(fit.intercept);
  columns.forEach((column, k) => {
    for (let row = 0; row < rows; row++) z[row]! += fit.weights[k]! * column[row]!;
  });
  return z;
}

function lossOf(all: readonly ArrayLike<number>[], label: ArrayLike<number>, fit: Float64Array): number {
  const z = logOdds(all, label.length, { weights: fit, intercept: 0 });
  let loss = 0;
  for (let row = 0; row < z.length; row++) {
    const wrong = label[row] === 1 ? -z[row]! : z[row]!;
    loss += Math.max(0, wrong) + Math.log1p(Math.exp(-Math.abs(wrong)));
  }
  return loss + fit.subarray(1).reduce((sum, weight) => sum + weight ** 2 / 2, 0);
}

/** Gradient and Hessian of the loss; entry 0 is the intercept's. */
function derivatives(all: readonly ArrayLike<number>[], label: ArrayLike<number>, fit: Float64Array) {
  const size = all.length;
  const gradient = fit.map((weight, k) => (k === 0 ? 0 : weight));
  const hessian = Array.from({ length: size }, (_, k) => new Float64Array(size).fill(1, k, k === 0 ? k : k + 1));
  const z = logOdds(all, label.length, { weights: fit, intercept: 0 });
  for (let row = 0; row < z.length; row++) {
    const p = 1 / (1 + Math.exp(-z[row]!));
    const error = p - label[row]!;
    const weight = p * (1 - p);
    for (let k = 0; k < size; k++) {
      const value = all[k]![row]!;
      gradient[k]! += error * value;
      for (let j = 0; j <= k; j++) hessian[k]![j]! += weight * value * all[j]![row]!;
    }
  }
  return { gradient, hessian };
}

/** Solves Ax = b by Cholesky's method. @param a positive definite, its lower triangle; overwritten */
function solvePositive(a: Float64Array[], b: Float64Array): Float64Array {
  const size = b.length;
  for (let k = 0; k < size; k++) {
    for (let j = 0; j <= k; j++) {
      let sum = a[k]![j]!;
      for (let m = 0; m < j; m++) sum -= a[k]![m]! * a[j]![m]!;
      a[k]![j] = j === k ? Math.sqrt(sum) : sum / a[j]![j]!;
    }
  }
  const x = b.slice();
  for (let k = 0; k < size; k++) {
    for (let m = 0; m < k; m++) x[k]! -= a[k]![m]! * x[m]!;
    x[k]! /= a[k]![k]!;
  }
  for (let k = size - 1; k >= 0; k--) {
    for (let m = k + 1; m < size; m++) x[k]! -= a[m]![k]! * x[m]!;
    x[k]! /= a[k]![k]!;
  }
  return x;
}
