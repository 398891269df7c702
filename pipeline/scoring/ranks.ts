// Midranks: equal values share the mean of the ranks they take up. They are kept doubled, which makes them integers,
// so that sums of them are exact in whatever order they are added.

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

/**
 * Doubled midranks, from 2 for a smallest value without equals, of the values at `positions`.
 *
 * @returns as long as `values`; 0 where no rank was asked for
 */
export function doubledMidranks(values: ArrayLike<number>, positions: Int32Array): Int32Array {
  const distinct = distinctValues(values, positions);
  const rankOfBin = midranksOfBins(distinct.counts);
  const rankOf = new Map(Array.from(distinct.values, (value, bin) => [value, rankOfBin[bin]!]));
  const ranks = new Int32Array(values.length);
  for (const position of positions) ranks[position] = rankOf.get(values[position]!)!;
  return ranks;
}

/** The positions at which a mask is 1, from `from` on. */
export function markedPositions(mask: Uint8Array, from = 0): Int32Array {
  const positions = new Int32Array(mask.length);
  let count = 0;
  for (let position = from; position < mask.length; position++) if (mask[position] === 1) positions[count++] = position;
  return positions.slice(0, count);
}
