// Whether a cell is needed: whether without it the loss rises where its label is on, and more so than without any of the
// cells like it, by more than chance.
//
// It must pass two tests, each over all cells, and its p is the larger of theirs.
//
// By chance of the text: in each block, what is lost there without the cell, less what is lost without a cell like it on
// average, is summed over the steps with the label. If the cell is one of them, that is as often above zero as below; so the
// signs of the blocks are flipped, for all cells at once. Each mean is counted in units of its standard error and the spread
// of the cells like it together, which keeps what is small from standing out by varying little. In the network that read
// Alice, from nine held-out blocks, a cell without which the loss rises by twenty-five times what it does without any like it
// has a p of 0.5 by Student's t alone, since of a thousand cells on nine blocks some flip always gives a t above seven; with
// the spread it has 0.008.
//
// By chance of the cells: cells that are alike still differ, and one of a thousand will differ most. So the difference must be
// larger than that of one more draw from where the cells like it came from, by Student's t on their spread (which has the
// chance of the text in it already), times the number of cells (Bonferroni).
//
// In a simulation of forty cells and nine or nineteen blocks with long tails or none, where cells alike differed by nothing,
// by little or by much, both together claimed a cell in two to seven of a hundred networks; the first alone, in all of
// those whose cells differed by much.
import { deviation, mean } from 'd3-array';
import type { Random } from '../../base/random.ts';
import { type Place, studentTail } from '../../statistics/effects.ts';
import { flippedP, LEAST_CLUSTERS, signFlips } from '../../statistics/sign-flips.ts';

/** What is asked of a cell. */
export interface NeedQuestion {
  /** Where it is looked at; its clusters are blocks. */
  readonly place: Place;
  /** Numbers of the cells that it is compared with. */
  readonly others: readonly number[];
}

/** The p up to which a cell is needed. */
export const NEEDED_P = 0.05;
/** How much larger a p may be of a cell that is measured exactly, so that none is missed. */
const GENEROUS = 20;

/**
 * @param changes of the loss without each cell, [cells, rows]
 * @param blockOf the number of each row's block, from 0
 * @param questions one for each cell
 * @returns for each cell the p of being needed, over all cells, in (0, 1]; null of one that is compared with fewer than two, or
 *   whose place is in too few blocks for a p of {@link NEEDED_P}
 */
export function neededP(
  changes: Float32Array,
  blockOf: ArrayLike<number>,
  questions: readonly NeedQuestion[],
  random: Random,
): (number | null)[] {
  const blocks = 1 + Math.max(-1, ...Array.from(blockOf));
  const sumsOf = blockSums(changes, blockOf, blocks);
  const rows = questions.map(({ place, others }, cell) => {
    const { sums: all, sizes } = sumsOf(place);
    const of = (number: number) => all.subarray(number * blocks, (number + 1) * blocks);
    const means = others.map((other) => of(other).reduce((total, sum) => total + sum, 0) / place.rows);
    const excess = of(cell).slice();
    for (const other of others) {
      const sums = of(other);
      for (let block = 0; block < blocks; block++) excess[block]! -= sums[block]! / others.length;
    }
    return { sums: excess, sizes, spread: deviation(means) ?? 0 };
  });
  const ofText = flippedP(rows, signFlips(blocks, random));
  return questions.map(({ place, others }, cell) => {
    if (others.length < 2 || place.clusters.length < LEAST_CLUSTERS) return null;
    const { sums, spread } = rows[cell]!;
    const difference = sums.reduce((total, sum) => total + sum, 0) / place.rows;
    return Math.max(ofText[cell]!, Math.min(1, questions.length * chanceOfOneMore(difference, spread, others.length)));
  });
}

/**
 * Whether a cell that is not measured exactly yet may turn out to be needed: whether with the upper end of what is known of it, it
 * would pass the test against the chance of the cells at a level that is twenty times as large.
 * @param change the mean at the cell's place, and by how much that may be off
 * @param others the same means of the cells that it is compared with
 * @param cells how many there are in all
 */
export function mayBeNeeded(change: number, error: number, others: readonly number[], cells: number): boolean {
  if (others.length < 2 || change + error <= 0) return false;
  const difference = change + error - mean(others)!;
  return cells * chanceOfOneMore(difference, deviation(others)!, others.length) <= GENEROUS * NEEDED_P;
}

/** The chance that one more cell like some others is as far above their mean. @param spread of so many */
function chanceOfOneMore(difference: number, spread: number, count: number): number {
  if (spread === 0) return difference > 0 ? 0 : 1;
  return studentTail(difference / (spread * Math.sqrt(1 + 1 / count)), count - 1);
}

/** For a place the sums over its rows in each block, [cells, blocks], and how many rows that is; for each place once. */
function blockSums(changes: Float32Array, blockOf: ArrayLike<number>, blocks: number) {
  const known = new Map<Place, { readonly sums: Float64Array; readonly sizes: Float64Array }>();
  return (place: Place) => {
    const before = known.get(place);
    if (before !== undefined) return before;
    const sums = new Float64Array((changes.length / blockOf.length) * blocks);
    const sizes = new Float64Array(blocks);
    for (const rows of place.clusters) {
      const block = blockOf[rows[0]!]!;
      sizes[block] = rows.length;
      for (let to = block, from = 0; to < sums.length; to += blocks, from += blockOf.length) {
        for (const row of rows) sums[to]! += changes[from + row]!;
      }
    }
    const found = { sums, sizes };
    known.set(place, found);
    return found;
  };
}
