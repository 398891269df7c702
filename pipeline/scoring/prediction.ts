// A prediction of a label by any numbers at all, one a position, and how well it agrees with the label.
import { distinctValues } from './ranks.ts';
import { auroc, spearman } from './statistics.ts';

/** Numbers at some positions of a text, each known by the bin of its value; every different value is a bin. */
export interface Prediction {
  readonly positions: Int32Array;
  /** [positions] */
  readonly bins: Int32Array;
  /** How many positions each bin has. */
  readonly counts: Uint32Array;
}

/** @param values [length of the text] */
export function prediction(values: ArrayLike<number>, positions: Int32Array): Prediction {
  const distinct = distinctValues(values, positions);
  const binOf = new Map(Array.from(distinct.values, (value, bin) => [value, bin]));
  const bins = new Int32Array(positions.length);
  for (let index = 0; index < bins.length; index++) bins[index] = binOf.get(values[positions[index]!]!)!;
  return { positions, bins, counts: distinct.counts };
}

/**
 * AUROC for a binary label, Spearman's ρ for a real one; NaN where it is not defined.
 *
 * @param targets [length of the text]: 0 or 1, or the real label's doubled midranks
 */
export function agreement(
  { positions, bins, counts }: Prediction,
  kind: 'binary' | 'real',
  targets: ArrayLike<number>,
): number {
  const sums = new Float64Array(counts.length);
  let squares = 0;
  for (let index = 0; index < positions.length; index++) {
    const target = targets[positions[index]!]!;
    sums[bins[index]!]! += target;
    squares += target * target;
  }
  return kind === 'binary' ? auroc(sums, counts) : spearman(counts, sums, squares);
}
