// Whether a cell is needed: whether without it the loss rises where its label is on, and more so than without any of the
// cells like it, by more than chance.
//
// In each block, what is lost there without the cell, less what is lost without a cell like it on average, is summed over
// the steps with the label. If the cell is one like the others, that is as often above zero as below. So the signs of the
// blocks are flipped, for all cells at once, and each sum is compared with the largest of all cells, each in units of its own
// spread: the single-step maxT procedure of `statistics/familywise.ts`. The spread under flips is the root of the sum of
// squares over the blocks, of which Student's t is a rising function. In a simulation of three hundred cells of which six are
// needed, with sums of long tails or skewed ones, this claimed a cell that is not in at most 8 of a hundred networks, and
// found nearly all that are from nineteen blocks, but half of them from nine. So blocks that validate count as well.
import type { Random } from '../../base/random.ts';
import type { Place } from '../../statistics/effects.ts';
import { familywiseP } from '../../statistics/familywise.ts';
import { LEAST_CLUSTERS, signFlips, sumsUnderFlips } from '../../statistics/sign-flips.ts';

/** What is asked of a cell. */
export interface NeedQuestion {
  /** Where it is looked at; its clusters are blocks. */
  readonly place: Place;
  /** Numbers of the cells that it is compared with. */
  readonly others: readonly number[];
}

/** The p up to which a cell is needed. */
export const NEEDED_P = 0.05;

/**
 * @param changes of the loss without each cell, [cells, rows]
 * @param blockOf the number of each row's block, from 0
 * @param questions one for each cell
 * @returns for each cell the p of being needed, over all cells, in (0, 1]; null of one that is compared with none, or whose
 *   place is in too few blocks for a p of {@link NEEDED_P}
 */
export function neededP(
  changes: Float32Array,
  blockOf: ArrayLike<number>,
  questions: readonly NeedQuestion[],
  random: Random,
): (number | null)[] {
  const blocks = 1 + Math.max(-1, ...Array.from(blockOf));
  const sumsOf = blockSums(changes, blockOf, blocks);
  const excesses = questions.map(({ place, others }, cell) => {
    const sums = sumsOf(place);
    const own = sums.subarray(cell * blocks, (cell + 1) * blocks);
    return own.map((sum, block) =>
      others.reduce((less, other) => less - sums[other * blocks + block]! / others.length, sum),
    );
  });
  const { observed, nulls } = sumsUnderFlips(excesses, signFlips(blocks, random));
  const p = familywiseP(observed, nulls);
  return questions.map(({ place, others }, cell) =>
    others.length === 0 || place.clusters.length < LEAST_CLUSTERS ? null : p[cell]!,
  );
}

/** Sums over the rows of a place in each block, [cells, blocks]; for each place once. */
function blockSums(changes: Float32Array, blockOf: ArrayLike<number>, blocks: number) {
  const known = new Map<Place, Float64Array>();
  return (place: Place): Float64Array => {
    const found = known.get(place) ?? new Float64Array((changes.length / blockOf.length) * blocks);
    if (!known.has(place)) {
      for (const rows of place.clusters) {
        const block = blockOf[rows[0]!]!;
        for (let to = block, from = 0; to < found.length; to += blocks, from += blockOf.length) {
          for (const row of rows) found[to]! += changes[from + row]!;
        }
      }
    }
    known.set(place, found);
    return found;
  };
}
