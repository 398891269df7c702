// Sums of values, labels, and their squares and products: all that a linear correlation or a difference of means needs.
// A sum of floating-point numbers depends on their order. So the judging rows' are kept for each segment of the text apart
// until all are there: within a segment the order is the text's, and the segments' own sums are added in theirs.
import type { Alignment } from '../../base/signals.ts';
import type { Sums } from '../../statistics/association.ts';
import { type Labels, labelShard, type ShardLabels, slotOf } from '../plan/labels.ts';
import type { JudgedSegments, JudgedShard } from '../plan/segments.ts';

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

export interface SegmentMomentsInput {
  readonly columns: number;
  /** Text positions of the judging rows, rising. */
  readonly positions: Int32Array;
  /** [length of the text]: the judging row of each character, or -1. */
  readonly sampleRow: Int32Array;
  readonly segments: JudgedSegments;
  /** Real ones as they are. */
  readonly labels: Labels;
}

/** Those sums of {@link Moments} that depend on a signal. */
const SIGNAL_SUMS = ['x', 'xx', 'xy'] as const;

/** [columns, segments of a shard], and for `xy` [columns, segments of a shard, slots]. */
export type ShardMoments = Readonly<Record<(typeof SIGNAL_SUMS)[number], Float64Array>>;

export class SegmentMoments {
  readonly #input: SegmentMomentsInput;
  /** Of columns [columns, segments]. */
  readonly #moments: Moments;

  constructor(input: SegmentMomentsInput) {
    const { columns, labels, segments } = input;
    this.#input = input;
    this.#moments = createMoments(columns * segments.count, labels.binary.length, labels.real.length);
  }

  /**
   * @param positions of some judging rows; those of a segment in the order of the text
   * @param values row r of column k is `values[k * stride + r]`
   */
  add(positions: Int32Array, values: Float32Array, stride: number): void {
    const { columns, labels, sampleRow, segments } = this.#input;
    const segmentOf = (position: number) => segments.ofRow[sampleRow[position]!]!;
    for (const segment of new Set(Array.from(positions, segmentOf))) {
      const rows = Int32Array.from(positions.keys()).filter((row) => segmentOf(positions[row]!) === segment);
      const rowPositions = rows.map((row) => positions[row]!);
      const shard = labelShard(rowPositions, labels);
      const ofColumn = new Float32Array(rows.length);
      for (let column = 0; column < columns; column++) {
        for (let index = 0; index < rows.length; index++) ofColumn[index] = values[column * stride + rows[index]!]!;
        addColumnMoments(this.#moments, column * segments.count + segment, ofColumn, shard);
      }
    }
  }

  /** What a shard has left. */
  collect({ segments }: JudgedShard): ShardMoments {
    const [x, xx, xy] = SIGNAL_SUMS.map((key) => {
      const views = this.#views(key, segments);
      const all = new Float64Array(views.reduce((sum, { length }) => sum + length, 0));
      views.forEach((view, column) => {
        all.set(view, column * view.length);
      });
      return all;
    });
    return { x: x!, xx: xx!, xy: xy! };
  }

  /** Takes in what {@link collect} gave of a shard of which nothing was added here. */
  merge({ segments }: JudgedShard, shard: ShardMoments): void {
    for (const key of SIGNAL_SUMS) {
      this.#views(key, segments).forEach((view, column) => {
        view.set(shard[key].subarray(column * view.length, (column + 1) * view.length));
      });
    }
  }

  /** Of each column, all segments added up in their order. */
  total(): Moments {
    const { columns, labels, segments, positions } = this.#input;
    const sum = createMoments(columns, labels.binary.length, labels.real.length);
    for (const key of SIGNAL_SUMS) {
      const width = sum[key].length / columns;
      this.#views(key, [0, segments.count]).forEach((view, column) => {
        view.forEach((value, index) => {
          sum[key][column * width + (index % width)]! += value;
        });
      });
    }
    addLabelMoments(sum, labelShard(positions, labels));
    return sum;
  }

  /** For each column its sums over some of the segments. */
  #views(key: (typeof SIGNAL_SUMS)[number], [from, to]: JudgedShard['segments']): Float64Array[] {
    const { columns, segments } = this.#input;
    const all = this.#moments[key];
    const width = all.length / columns / segments.count;
    return Array.from({ length: columns }, (_, column) => {
      const start = column * segments.count;
      return all.subarray((start + from) * width, (start + to) * width);
    });
  }
}
