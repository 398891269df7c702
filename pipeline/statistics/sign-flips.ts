// The null of flipped signs: if something is as often too large as too small by the same amount, then in each cluster the
// sign of what was found there is a matter of chance (Fisher 1935, The Design of Experiments, §21; Winkler, Ridgway,
// Webster, Smith and Nichols 2014 for clusters that are flipped as wholes). Everything that is asked of the same clusters is
// flipped together, so that it stays as correlated as it is.
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
