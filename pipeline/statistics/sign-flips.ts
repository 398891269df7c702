// The null of flipped signs: if something is as often too large as too small by the same amount, then in each cluster the
// sign of what was found there is a matter of chance (Fisher 1935, The Design of Experiments, §21; Winkler, Ridgway,
// Webster, Smith and Nichols 2014 for clusters that are flipped as wholes). Everything that is asked of the same clusters is
// flipped together, so that it stays as correlated as it is.
import { bisectLeft } from 'd3-array';
import type { Random } from '../base/random.ts';
import type { NullStrengths } from './familywise.ts';

/** Up to so many clusters all flips are taken, 1,023; else {@link DRAWN} at random. */
const FEW = 10;
const DRAWN = 1000;

/** Fewer clusters have so few flips that no p could be 0.05 or less. */
export const LEAST_CLUSTERS = 5;

/** Signs for each cluster, 1 or −1, but never all of them 1. */
export function signFlips(clusters: number, random: Random): Int8Array[] {
  if (clusters <= FEW) {
    return Array.from({ length: 2 ** clusters - 1 }, (_, k) =>
      Int8Array.from({ length: clusters }, (_, cluster) => (((k + 1) >> cluster) & 1 ? -1 : 1)),
    );
  }
  return Array.from({ length: DRAWN }, () => Int8Array.from({ length: clusters }, () => (random.bits() & 1 ? -1 : 1)));
}

/**
 * The sum of each row over its clusters, and the same under all flips.
 * @param rows what was found in each cluster, [rows][clusters]
 */
export function sumsUnderFlips(
  rows: readonly Float64Array[],
  flips: readonly Int8Array[],
): { readonly observed: Float32Array; readonly nulls: NullStrengths } {
  const strengths = new Float32Array(rows.length * flips.length);
  rows.forEach((found, row) => {
    flips.forEach((signs, flip) => {
      let sum = 0;
      for (let cluster = 0; cluster < found.length; cluster++) sum += signs[cluster]! * found[cluster]!;
      strengths[row * flips.length + flip] = sum;
    });
  });
  // In the precision of the others, so that what is the same is equal.
  const observed = Float32Array.from(rows, (found) => found.reduce((sum, value) => sum + value, 0));
  return { observed, nulls: { shifts: flips.length, strengths } };
}

/** What was found in each cluster. */
export interface ClusteredRow {
  /** Sums, [clusters]. */
  readonly sums: ArrayLike<number>;
  /** How many values they are of, [clusters]. */
  readonly sizes: ArrayLike<number>;
  /** A standard deviation by which the mean may differ from zero without being found to. */
  readonly spread: number;
}

/**
 * The mean over its standard error, which is that of `clusterMean` in `effects.ts`, to which the spread is added in squares.
 * Like the constant of Tusher, Tibshirani and Chu (2001), this keeps what is small from standing out because it happens to
 * vary little. 0 of a row that has neither.
 */
export function studentised({ sums, sizes, spread }: ClusteredRow, signs?: Int8Array): number {
  let [total, values, squares, products, squaredSizes] = [0, 0, 0, 0, 0];
  for (let cluster = 0; cluster < sums.length; cluster++) {
    const sum = (signs?.[cluster] ?? 1) * sums[cluster]!;
    const size = sizes[cluster]!;
    total += sum;
    values += size;
    squares += sum * sum;
    products += sum * size;
    squaredSizes += size * size;
  }
  const mean = total / values;
  const deviations = Math.max(0, squares - 2 * mean * products + mean * mean * squaredSizes);
  const error = ((sums.length / (sums.length - 1)) * deviations) / values ** 2;
  const scale = Math.sqrt(error + spread * spread);
  return scale > 0 ? mean / scale : 0;
}

/**
 * For each row (1 + the number of flips under which the largest of all rows reaches it) / (1 + the number of flips), in (0, 1]:
 * the single-step maxT procedure of Westfall and Young (1993, section 2.3), as in `familywise.ts`. Only what is above zero
 * counts.
 */
export function flippedP(rows: readonly ClusteredRow[], flips: readonly Int8Array[]): number[] {
  const maxima = Float64Array.from(flips, (signs) =>
    rows.reduce((most, row) => Math.max(most, studentised(row, signs)), 0),
  ).sort();
  return rows.map((row) => (1 + maxima.length - bisectLeft(maxima, studentised(row))) / (1 + maxima.length));
}
