// What a partition keeps of the judging rows: the values.
import type { JudgedShard } from '../plan/segments.ts';
import type { Batch, Columns } from './binning.ts';

export interface SampleInput {
  readonly columns: number;
  /** Text positions of the judging rows, rising. */
  readonly positions: Int32Array;
  /** [length of the text]: the judging row of each character, or -1. */
  readonly sampleRow: Int32Array;
  /** [columns, rows]: in the order of the rows once they are sorted. */
  readonly values: Float32Array;
}

/** What a shard leaves of the judging rows. */
export interface ShardSample {
  /** [columns, rows of the shard] */
  readonly values: Float32Array;
}

export class JudgingSample {
  readonly #input: SampleInput;
  /** For each judging row how many came before it. */
  readonly #arrival: Int32Array;
  #arrived = 0;

  constructor(input: SampleInput) {
    this.#input = input;
    this.#arrival = new Int32Array(input.positions.length);
  }

  add(batch: Batch, columns: Columns): void {
    const { positions: all, sampleRow, values } = this.#input;
    const { rows, positions } = batch;
    columns.values(batch, values, (column) => column * all.length + this.#arrived);
    positions.forEach((position, index) => {
      this.#arrival[sampleRow[position]!] = this.#arrived + index;
    });
    this.#arrived += rows.length;
  }

  /** What a shard has left, all of whose rows must have come. Nothing may be added afterwards. */
  collect(shard: JudgedShard): ShardSample {
    this.sort();
    const { columns, positions, values } = this.#input;
    const [from, to] = shard.rows;
    const picked = new Float32Array(columns * (to - from));
    for (let column = 0; column < columns; column++) {
      const start = column * positions.length;
      picked.set(values.subarray(start + from, start + to), column * (to - from));
    }
    return { values: picked };
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
  }

  /** Puts the values in order; nothing may be added afterwards. */
  sort(): void {
    const { columns, positions, values } = this.#input;
    const rows = positions.length;
    const sorted = new Float32Array(rows);
    for (let column = 0; column < columns; column++) {
      const ofColumn = values.subarray(column * rows, (column + 1) * rows);
      for (let row = 0; row < rows; row++) sorted[row] = ofColumn[this.#arrival[row]!]!;
      ofColumn.set(sorted);
    }
  }
}
