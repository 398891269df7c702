// Sums of values, labels, and their squares and products: all that a linear correlation or a difference of means needs.

import type { Alignment } from '../../base/signals.ts';
import type { Sums } from '../../statistics/association.ts';
import { type ShardLabels, slotOf } from '../pairs.ts';

/** A label's slot is that of {@link slotOf}, binary labels first: [alignments, binary] and then [alignments, real]. */
export interface Moments {
  readonly columns: number;
  readonly binary: number;
  readonly real: number;
  /** [1]: rows counted. */
  readonly n: Float64Array;
  /** [columns]: Σx and Σx². */
  readonly x: Float64Array;
  readonly xx: Float64Array;
  /** [slots]: Σy and Σy². */
  readonly y: Float64Array;
  readonly yy: Float64Array;
  /** [columns, slots]: Σxy. */
  readonly xy: Float64Array;
}

export function createMoments(columns: number, binary: number, real: number): Moments {
  const slots = 2 * (binary + real);
  return {
    columns,
    binary,
    real,
    n: new Float64Array(1),
    x: new Float64Array(columns),
    xx: new Float64Array(columns),
    y: new Float64Array(slots),
    yy: new Float64Array(slots),
    xy: new Float64Array(columns * slots),
  };
}

/** Adds what does not depend on the column; once a shard, beside {@link addColumnMoments} for every column. */
export function addLabelMoments(moments: Moments, { rows, positives, reals }: ShardLabels): void {
  moments.n[0]! += rows;
  positives.forEach((positive, slot) => {
    moments.y[slot]! += positive.length;
    moments.yy[slot]! += positive.length;
  });
  reals.forEach((label, real) => {
    const slot = positives.length + real;
    for (const value of label) {
      moments.y[slot]! += value;
      moments.yy[slot]! += value * value;
    }
  });
}

/**
 * Adds one value after the other to the column's sums, so that these depend on the order of the values alone, and not on
 * how they are divided among calls.
 * @param values the column's value at each row of the shard
 */
export function addColumnMoments(moments: Moments, column: number, values: Float32Array, labels: ShardLabels): void {
  const { rows, positives, reals } = labels;
  let x = moments.x[column]!;
  let xx = moments.xx[column]!;
  for (let row = 0; row < rows; row++) {
    const value = values[row]!;
    x += value;
    xx += value * value;
  }
  moments.x[column] = x;
  moments.xx[column] = xx;

  const first = column * (positives.length + reals.length);
  for (let slot = 0; slot < positives.length; slot++) {
    const positive = positives[slot]!;
    let sum = moments.xy[first + slot]!;
    for (let index = 0; index < positive.length; index++) sum += values[positive[index]!]!;
    moments.xy[first + slot] = sum;
  }
  const ofReals = moments.xy.subarray(first + positives.length, first + positives.length + reals.length);
  for (let real = 0; real < reals.length; real += 4) addFourProducts(ofReals, real, values, reals);
}

/** Four labels at once, for an addition waits for the one before it in the same sum. */
function addFourProducts(to: Float64Array, real: number, values: Float32Array, reals: readonly Float32Array[]): void {
  const first = reals[real]!;
  const [second, third, fourth] = [reals[real + 1] ?? first, reals[real + 2] ?? first, reals[real + 3] ?? first];
  const slots = [real, real + 1, real + 2, real + 3].map((slot) => to[slot] ?? 0);
  let [a, b, c, d] = slots as [number, number, number, number];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    a += value * first[row]!;
    b += value * second[row]!;
    c += value * third[row]!;
    d += value * fourth[row]!;
  }
  const sums = [a, b, c, d];
  for (let index = real; index < Math.min(real + 4, to.length); index++) to[index] = sums[index - real]!;
}

/** @param k number among the labels of its kind */
export function sumsOf(
  { n, x, xx, y, yy, xy, binary, real }: Moments,
  column: number,
  alignment: Alignment,
  kind: 'binary' | 'real',
  k: number,
): Sums {
  const slot = kind === 'binary' ? slotOf(alignment, k, binary) : 2 * binary + slotOf(alignment, k, real);
  const at = column * 2 * (binary + real) + slot;
  return { n: n[0]!, x: x[column]!, xx: xx[column]!, y: y[slot]!, yy: yy[slot]!, xy: xy[at]! };
}
