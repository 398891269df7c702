// A prediction of a label by any numbers at all, one a character read, and how well it agrees with the label.
import { auroc, spearman } from './statistics.ts';

/** Numbers along a text, each known by the bin of its value. */
export interface Prediction {
  /** [length of the text]: one of a few whole numbers from 0 for what is read at each position. */
  readonly codes: Int32Array;
  /** The bin of each code; the bins rise with what is foretold. */
  readonly bins: Int32Array;
  /** What is read so many characters before one foretells that one's label. */
  readonly ahead: number;
}

/**
 * AUROC for a binary label, Spearman's ρ for a real one; NaN where it is not defined.
 *
 * @param positions of the labels, none before `ahead`
 * @param targets [length of the text]: 0 or 1, or the real label's doubled midranks
 */
export function agreement(
  { codes, bins, ahead }: Prediction,
  kind: 'binary' | 'real',
  positions: Int32Array,
  targets: ArrayLike<number>,
): number {
  const counts = new Float64Array(bins.length);
  const sums = new Float64Array(bins.length);
  let squares = 0;
  for (let index = 0; index < positions.length; index++) {
    const position = positions[index]!;
    const bin = bins[codes[position - ahead]!]!;
    const target = targets[position]!;
    counts[bin]! += 1;
    sums[bin]! += target;
    squares += target * target;
  }
  return kind === 'binary' ? auroc(sums, counts) : spearman(counts, sums, squares);
}
