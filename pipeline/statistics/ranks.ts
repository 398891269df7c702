// Midranks: equal values share the mean of the ranks they take up. They are kept doubled, which makes them integers,
// so that sums of them are exact in whatever order they are added.
import { bisectLeft } from 'd3-array';

/** The different values at `positions`, rising, and how often each occurs. */
export function distinctValues(
  values: ArrayLike<number>,
  positions: Int32Array,
): { values: Float64Array; counts: Uint32Array } {
  const sorted = new Float64Array(positions.length);
  for (let index = 0; index < sorted.length; index++) sorted[index] = values[positions[index]!]!;
  sorted.sort();
  const starts: number[] = [];
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[index - 1]) starts.push(index);
  }
  return {
    values: Float64Array.from(starts, (start) => sorted[start]!),
    counts: Uint32Array.from(starts, (start, index) => (starts[index + 1] ?? sorted.length) - start),
  };
}

/** Doubled midranks of values that are known by their histogram alone: one for each bin. */
export function midranksOfBins(counts: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(counts.length);
  let below = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    ranks[bin] = 2 * below + counts[bin]! + 1;
    below += counts[bin]!;
  }
  return ranks;
}

/** The doubled midrank of each different value: as large as those are many, however long the text. */
export interface MidrankTable {
  /** Rising. */
  readonly values: Float64Array;
  /** One for each value, from 2 for a smallest one without equals. */
  readonly ranks: Float64Array;
}

/** Of the values at `positions` among each other. */
export function midrankTable(values: ArrayLike<number>, positions: Int32Array): MidrankTable {
  const distinct = distinctValues(values, positions);
  return { values: distinct.values, ranks: midranksOfBins(distinct.counts) };
}

/** @param value one of the table's */
export function midrankOf({ values, ranks }: MidrankTable, value: number): number {
  return ranks[bisectLeft(values, value)]!;
}

/**
 * Doubled midranks of the values at `positions` among each other.
 * @returns as long as `values`; 0 where no rank was asked for
 */
export function doubledMidranks(values: ArrayLike<number>, positions: Int32Array): Int32Array {
  const table = midrankTable(values, positions);
  const ranks = new Int32Array(values.length);
  for (const position of positions) ranks[position] = midrankOf(table, values[position]!);
  return ranks;
}

/** The positions at which a mask is 1, from `from` on. */
export function markedPositions(mask: ArrayLike<number>, from = 0): Int32Array {
  const positions = new Int32Array(mask.length);
  let count = 0;
  for (let position = from; position < mask.length; position++) if (mask[position] === 1) positions[count++] = position;
  return positions.slice(0, count);
}
