// Moments of the judging rows, kept for each segment of the text apart until all are there. A sum of floating-point
// numbers depends on their order: within a segment that is the text's, and the segments' own sums are added in theirs.

import { type Labels, labelShard } from '../pairs.ts';
import type { JudgedSegments, JudgedShard } from '../segments.ts';
import { addColumnMoments, addLabelMoments, createMoments, type Moments } from './moments.ts';

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

/** [columns, segments of a part], and for `xy` [columns, segments of a part, slots]. */
export type PartMoments = Readonly<Record<(typeof SIGNAL_SUMS)[number], Float64Array>>;

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
      const own = rows.map((row) => positions[row]!);
      const shard = labelShard(own, labels);
      const ofColumn = new Float32Array(rows.length);
      for (let column = 0; column < columns; column++) {
        for (let index = 0; index < rows.length; index++) ofColumn[index] = values[column * stride + rows[index]!]!;
        addColumnMoments(this.#moments, column * segments.count + segment, ofColumn, shard);
      }
    }
  }

  /** What a part of the text has left. */
  collect({ segments }: JudgedShard): PartMoments {
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

  /** Takes in what {@link collect} gave of a part of which nothing was added here. */
  merge({ segments }: JudgedShard, part: PartMoments): void {
    for (const key of SIGNAL_SUMS) {
      this.#views(key, segments).forEach((view, column) => {
        view.set(part[key].subarray(column * view.length, (column + 1) * view.length));
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
