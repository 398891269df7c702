// What a partition keeps of the judging rows: the values, and their sums.
import type { JudgedShard } from '../plan/segments.ts';
import type { Batch, Binning } from './binning.ts';
import { type Moments, SegmentMoments, type SegmentMomentsInput, type ShardMoments } from './moments.ts';

export interface SampleInput extends SegmentMomentsInput {
  /** Most rows whose sums are added together. */
  readonly capacity: number;
  /** [columns, rows]: in the order of the rows once they are sorted. */
  readonly values: Float32Array;
  /** Whether nobody asks for the sums, so that all of them stay 0. */
  readonly withoutSums: boolean;
}

/** What a shard leaves of the judging rows. */
export interface ShardSample {
  readonly moments: ShardMoments;
  /** [columns, rows of the shard] */
  readonly values: Float32Array;
}

export class JudgingSample {
  readonly #input: SampleInput;
  readonly #moments: SegmentMoments;
  /** Text positions of the latest rows, until they go into the moments together. */
  readonly #positions: Int32Array;
  #waiting = 0;
  /** For each judging row how many came before it. */
  readonly #arrival: Int32Array;
  #arrived = 0;

  constructor(input: SampleInput) {
    this.#input = input;
    this.#moments = new SegmentMoments(input);
    this.#positions = new Int32Array(input.capacity);
    this.#arrival = new Int32Array(input.positions.length);
  }

  add(batch: Batch, forEachColumn: Binning): void {
    const { capacity, positions: all, sampleRow, values } = this.#input;
    const { rows, positions } = batch;
    if (this.#waiting + rows.length > capacity) this.#addMoments();
    forEachColumn(batch, (column, _bins, { data, offset, stride }) => {
      const start = column * all.length + this.#arrived;
      for (let index = 0; index < rows.length; index++) values[start + index] = data[offset + rows[index]! * stride]!;
    });
    positions.forEach((position, index) => {
      this.#arrival[sampleRow[position]!] = this.#arrived + index;
    });
    this.#positions.set(positions, this.#waiting);
    this.#arrived += rows.length;
    this.#waiting += rows.length;
  }

  /** What a shard has left, all of whose rows must have come. Nothing may be added afterwards. */
  collect(shard: JudgedShard): ShardSample {
    this.#addMoments();
    this.#sort();
    const { columns, positions, values } = this.#input;
    const [from, to] = shard.rows;
    const picked = new Float32Array(columns * (to - from));
    for (let column = 0; column < columns; column++) {
      const start = column * positions.length;
      picked.set(values.subarray(start + from, start + to), column * (to - from));
    }
    return { moments: this.#moments.collect(shard), values: picked };
  }

  /** Takes in what {@link collect} gave of a shard of which nothing was added here. */
  merge(shard: JudgedShard, sample: ShardSample): void {
    const { columns, positions, values } = this.#input;
    const [from, to] = shard.rows;
    const width = to - from;
    for (let column = 0; column < columns; column++) {
      const ofColumn = sample.values.subarray(column * width, (column + 1) * width);
      values.set(ofColumn, column * positions.length + this.#arrived);
    }
    for (let row = from; row < to; row++) this.#arrival[row] = this.#arrived + row - from;
    this.#arrived += width;
    this.#moments.merge(shard, sample.moments);
  }

  /** Puts the values in order. @returns the moments of all rows */
  finish(): Moments {
    this.#addMoments();
    this.#sort();
    return this.#moments.total();
  }

  #sort(): void {
    const { columns, positions, values } = this.#input;
    const rows = positions.length;
    const sorted = new Float32Array(rows);
    for (let column = 0; column < columns; column++) {
      const ofColumn = values.subarray(column * rows, (column + 1) * rows);
      for (let row = 0; row < rows; row++) sorted[row] = ofColumn[this.#arrival[row]!]!;
      ofColumn.set(sorted);
    }
  }

  /** Of the rows that arrived last. */
  #addMoments(): void {
    const { values, positions, withoutSums } = this.#input;
    const latest = values.subarray(this.#arrived - this.#waiting);
    if (!withoutSums) this.#moments.add(this.#positions.subarray(0, this.#waiting), latest, positions.length);
    this.#waiting = 0;
  }
}
