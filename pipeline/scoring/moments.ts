// Sums of values, labels, and their squares and products: all that a linear correlation or a difference of means needs.
import { LANES, type Pairs } from './pairs.ts';

export interface Moments {
  readonly columns: number;
  /** Binary labels first, then real ones. */
  readonly binary: number;
  readonly real: number;
  /** [1]: pairs counted. */
  readonly n: Float64Array;
  /** [columns]: Σx and Σx². */
  readonly x: Float64Array;
  readonly xx: Float64Array;
  /** [labels]: Σy and Σy². */
  readonly y: Float64Array;
  readonly yy: Float64Array;
  /** [columns, labels]: Σxy. */
  readonly xy: Float64Array;
}

/** The sums of one signal against one label. */
export interface Sums {
  readonly n: number;
  readonly x: number;
  readonly xx: number;
  readonly y: number;
  readonly yy: number;
  readonly xy: number;
}

export function createMoments(columns: number, binary: number, real: number): Moments {
  const labels = binary + real;
  return {
    columns,
    binary,
    real,
    n: new Float64Array(1),
    x: new Float64Array(columns),
    xx: new Float64Array(columns),
    y: new Float64Array(labels),
    yy: new Float64Array(labels),
    xy: new Float64Array(columns * labels),
  };
}

/** Adds what does not depend on the column; once a shard, beside {@link addColumnMoments} for every column. */
export function addLabelMoments(moments: Moments, pairs: Pairs): void {
  moments.n[0]! += pairs.rows.length;
  pairs.positives.forEach((positives, k) => {
    moments.y[k]! += positives.length;
    moments.yy[k]! += positives.length;
  });
  for (let k = 0; k < moments.real; k++) {
    const label = moments.binary + k;
    for (let index = 0; index < pairs.rows.length; index++) {
      const value = pairs.lanes[lane(pairs, k, index)]!;
      moments.y[label]! += value;
      moments.yy[label]! += value * value;
    }
  }
}

/** @param values the column's value at each row of the shard */
export function addColumnMoments(moments: Moments, column: number, values: Float32Array, pairs: Pairs): void {
  const { rows } = pairs;
  let x = 0;
  let xx = 0;
  for (let index = 0; index < rows.length; index++) {
    const value = values[rows[index]!]!;
    x += value;
    xx += value * value;
  }
  moments.x[column]! += x;
  moments.xx[column]! += xx;

  const first = column * (moments.binary + moments.real);
  for (let k = 0; k < moments.binary; k++) {
    const positives = pairs.positives[k]!;
    let sum = 0;
    for (let index = 0; index < positives.length; index++) sum += values[positives[index]!]!;
    moments.xy[first + k]! += sum;
  }
  for (let k = 0; k < moments.real; k++) {
    let sum = 0;
    let from = lane(pairs, k, 0);
    for (let index = 0; index < rows.length; index++, from += LANES) sum += values[rows[index]!]! * pairs.lanes[from]!;
    moments.xy[first + moments.binary + k]! += sum;
  }
}

function lane({ rows }: Pairs, k: number, index: number): number {
  return (Math.floor(k / LANES) * rows.length + index) * LANES + (k % LANES);
}

/** @param label binary labels first, then real ones */
export function sumsOf(moments: Moments, column: number, label: number): Sums {
  return {
    n: moments.n[0]!,
    x: moments.x[column]!,
    xx: moments.xx[column]!,
    y: moments.y[label]!,
    yy: moments.yy[label]!,
    xy: moments.xy[column * (moments.binary + moments.real) + label]!,
  };
}

/** The moments of everything that went into either. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const sum = createMoments(a.columns, a.binary, a.real);
  for (const part of [a, b]) {
    for (const key of ['n', 'x', 'xx', 'y', 'yy', 'xy'] as const) {
      const [from, to] = [part[key], sum[key]];
      for (let index = 0; index < to.length; index++) to[index]! += from[index]!;
    }
  }
  return sum;
}
