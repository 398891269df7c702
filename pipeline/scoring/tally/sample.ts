// What a partition keeps of the judging rows: bins, bytes, and the sums of the values themselves.
import { type Domain, toByte } from '../../base/bytes.ts';
import type { JudgedShard } from '../plan/segments.ts';
import type { Batch, Binning } from './binning.ts';
import { type Moments, SegmentMoments, type SegmentMomentsInput, type ShardMoments } from './moments.ts';

export interface SampleInput extends SegmentMomentsInput {
  /** Most rows of a batch. */
  readonly capacity: number;
  /** Of a cell's columns, in their order. */
  readonly domains: readonly Domain[];
  /** [columns, rows]: bins and, over the domains, bytes, in the order of the rows once they are sorted. */
  readonly bins: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What a shard leaves of the judging rows. */
export interface ShardSample {
  readonly moments: ShardMoments;
  /** [columns, rows of the shard] */
  readonly bins: Uint8Array;
  readonly bytes: Uint8Array;
}

export class JudgingSample {
  readonly #input: SampleInput;
  readonly #moments: SegmentMoments;
  /** Values of the latest rows, [columns, capacity], until they go into the moments together. */
  readonly #latest: Float32Array;
  readonly #positions: Int32Array;
  #waiting = 0;
  /** For each judging row how many came before it. */
  readonly #arrival: Int32Array;
  #arrived = 0;

  constructor(input: SampleInput) {
    const { columns, capacity, positions } = input;
    this.#input = input;
    this.#moments = new SegmentMoments(input);
    this.#latest = new Float32Array(columns * capacity);
    this.#positions = new Int32Array(capacity);
    this.#arrival = new Int32Array(positions.length);
  }

  add(batch: Batch, forEachColumn: Binning): void {
    const { capacity, positions: all, sampleRow, domains, bins, bytes } = this.#input;
    const { rows, positions } = batch;
    if (this.#waiting + rows.length > capacity) this.#addMoments();
    forEachColumn(batch, (column, ofColumn, { data, offset, stride }) => {
      const start = column * all.length + this.#arrived;
      bins.set(ofColumn, start);
      const latest = column * capacity + this.#waiting;
      const domain = domains[column % domains.length]!;
      for (let index = 0; index < rows.length; index++) {
        const value = data[offset + rows[index]! * stride]!;
        this.#latest[latest + index] = value;
        bytes[start + index] = toByte(value, domain);
      }
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
    const { columns, positions, bins, bytes } = this.#input;
    const [from, to] = shard.rows;
    const ofRows = (all: Uint8Array) => {
      const picked = new Uint8Array(columns * (to - from));
      for (let column = 0; column < columns; column++) {
        const start = column * positions.length;
        picked.set(all.subarray(start + from, start + to), column * (to - from));
      }
      return picked;
    };
    return { moments: this.#moments.collect(shard), bins: ofRows(bins), bytes: ofRows(bytes) };
  }

  /** Takes in what {@link collect} gave of a shard of which nothing was added here. */
  merge(shard: JudgedShard, sample: ShardSample): void {
    const { columns, positions } = this.#input;
    const [from, to] = shard.rows;
    const width = to - from;
    for (const key of ['bins', 'bytes'] as const) {
      for (let column = 0; column < columns; column++) {
        const ofColumn = sample[key].subarray(column * width, (column + 1) * width);
        this.#input[key].set(ofColumn, column * positions.length + this.#arrived);
      }
    }
    for (let row = from; row < to; row++) this.#arrival[row] = this.#arrived + row - from;
    this.#arrived += width;
    this.#moments.merge(shard, sample.moments);
  }

  /** Puts bins and bytes in order. @returns the moments of all rows */
  finish(): Moments {
    this.#addMoments();
    this.#sort();
    return this.#moments.total();
  }

  #sort(): void {
    const { columns, positions, bins, bytes } = this.#input;
    const rows = positions.length;
    const sorted = new Uint8Array(rows);
    for (let column = 0; column < columns; column++) {
      for (const kept of [bins, bytes]) {
        const ofColumn = kept.subarray(column * rows, (column + 1) * rows);
        for (let row = 0; row < rows; row++) sorted[row] = ofColumn[this.#arrival[row]!]!;
        ofColumn.set(sorted);
      }
    }
  }

  #addMoments(): void {
    this.#moments.add(this.#positions.subarray(0, this.#waiting), this.#latest, this.#input.capacity);
    this.#waiting = 0;
  }
}
