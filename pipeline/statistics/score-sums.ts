// The sums that Rao's score test of a signal needs, over a label's rows. A network's cells take hundreds of thousands of such
// tests, of every cell against every label, so their loop is a kernel, and what it reads of a label stays in its memory.
import { instantiate, reserve } from './kernels.ts';

/** What a fit leaves of each row, how much the row weighs, and that times what is predicted of it, [rows]. */
export interface FittedRows {
  readonly residual: Float32Array;
  readonly weight: Float32Array;
  readonly weightedZ: Float32Array;
}

/** Of a signal x: Σ residual·x, Σ weight·x, Σ weightedZ·x and Σ weight·x². */
export type ScoreSums = readonly [score: number, wx: number, wxz: number, wxx: number];

type Kernel = (x: number, end: number, residual: number, weight: number, weightedZ: number, to: number) => void;

const DOUBLE_BYTES = 8;
const FLOAT_BYTES = 4;
/** The sums, at the beginning of the memory. */
const SUMS = 4;
/** Rows that the kernel takes at once; arrays are filled up with zeros to whole ones. */
const TAKEN = 4;

const filledUp = (rows: number): number => Math.ceil(rows / TAKEN) * TAKEN;

/** Labels that a signal is tested against, one after the other. */
export class ScoreTests {
  readonly #memory = new WebAssembly.Memory({ initial: 0 });
  readonly #kernel = instantiate<{ scoreSums: Kernel }>('score-sums', this.#memory).scoreSums;
  /** Room for a signal, for so many rows. */
  readonly #signals = new Map<number, number>();
  #end = SUMS * DOUBLE_BYTES;

  /**
   * Keeps the rows of a label.
   * @param stride of so many rows of a signal one is looked at
   * @returns what gives a signal's sums over them
   */
  add({ residual, weight, weightedZ }: FittedRows, stride: number): (signal: ArrayLike<number>) => ScoreSums {
    const rows = residual.length;
    const [r, w, z] = [residual, weight, weightedZ].map((values) => {
      const at = this.#take(filledUp(rows) * FLOAT_BYTES);
      new Float32Array(this.#memory.buffer, at, rows).set(values);
      return at;
    }) as [number, number, number];
    const at = this.#roomFor(rows);
    const end = at + filledUp(rows) * DOUBLE_BYTES;
    return (signal) => {
      const x = new Float64Array(this.#memory.buffer, at, rows);
      if (stride === 1) x.set(signal);
      else for (let row = 0; row < rows; row++) x[row] = signal[row * stride]!;
      this.#kernel(at, end, r, w, z, 0);
      const [score, wx, wxz, wxx] = new Float64Array(this.#memory.buffer, 0, SUMS);
      return [score!, wx!, wxz!, wxx!];
    };
  }

  #roomFor(rows: number): number {
    const at = this.#signals.get(rows) ?? this.#take(filledUp(rows) * DOUBLE_BYTES);
    this.#signals.set(rows, at);
    return at;
  }

  /** Zeros. */
  #take(bytes: number): number {
    const at = this.#end;
    this.#end += bytes;
    reserve(this.#memory, this.#end);
    return at;
  }
}
