// What a partition keeps of the judging rows: bins, bytes, and the sums of the values themselves.
import type { Batch, Binning } from './binning.ts';
import { type Domain, toByte } from './domains.ts';
import { addColumnMoments, addLabelMoments, createMoments, type Moments } from './moments.ts';
import { type Labels, labelShard } from './pairs.ts';

export interface SampleInput {
  readonly columns: number;
  /** Most rows of a batch. */
  readonly capacity: number;
  /** Judging rows. */
  readonly rows: number;
  /** [length of the text]: the judging row of each character, or -1. */
  readonly sampleRow: Int32Array;
  /** Real ones as they are. */
  readonly labels: Labels;
  /** Of a cell's columns, in their order. */
  readonly domains: readonly Domain[];
  /** [columns, rows]: bins and, over the domains, bytes, in the order of the rows once they are sorted. */
  readonly bins: Uint8Array;
  readonly bytes: Uint8Array;
}

export class JudgingSample {
  readonly #input: SampleInput;
  readonly #moments: Moments;
  /** Values of the latest rows, [columns, capacity], until they go into the moments together. */
  readonly #latest: Float32Array;
  readonly #positions: Int32Array;
  #waiting = 0;
  /** For each judging row how many came before it. */
  readonly #arrival: Int32Array;
  #arrived = 0;

  constructor(input: SampleInput) {
    const { columns, capacity, labels } = input;
    this.#input = input;
    this.#moments = createMoments(columns, labels.binary.length, labels.real.length);
    this.#latest = new Float32Array(columns * capacity);
    this.#positions = new Int32Array(capacity);
    this.#arrival = new Int32Array(input.rows);
  }

  add(batch: Batch, forEachColumn: Binning): void {
    const { capacity, rows: total, sampleRow, domains, bins, bytes } = this.#input;
    const { rows, positions } = batch;
    if (this.#waiting + rows.length > capacity) this.#addMoments();
    forEachColumn(batch, (column, ofColumn, { data, offset, stride }) => {
      const start = column * total + this.#arrived;
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

  /** Puts bins and bytes in order. @returns the moments of all rows */
  finish(): Moments {
    this.#addMoments();
    const { columns, rows, bins, bytes } = this.#input;
    const sorted = new Uint8Array(rows);
    for (let column = 0; column < columns; column++) {
      for (const kept of [bins, bytes]) {
        const ofColumn = kept.subarray(column * rows, (column + 1) * rows);
        for (let row = 0; row < rows; row++) sorted[row] = ofColumn[this.#arrival[row]!]!;
        ofColumn.set(sorted);
      }
    }
    return this.#moments;
  }

  #addMoments(): void {
    const { columns, capacity, labels } = this.#input;
    const shard = labelShard(this.#positions.subarray(0, this.#waiting), labels);
    addLabelMoments(this.#moments, shard);
    for (let column = 0; column < columns; column++) {
      const values = this.#latest.subarray(column * capacity, column * capacity + this.#waiting);
      addColumnMoments(this.#moments, column, values, shard);
    }
    this.#waiting = 0;
  }
}
