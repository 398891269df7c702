// The null of the block exchange: each run of the judging text gets the labels of another run. Labels keep their spans, their
// lengths and their distances, and how much of them a run has; a signal keeps its memory, and its level in each run. What
// the one has to do with the other is gone.
//
// Labels that are turned along all runs as along one circle are cut by the runs' ends where the true ones are not. Of a
// signal that hardly changes within a run that makes the null too narrow, and noise of long memory significant: in a
// fifth of all cases where a twentieth is meant. Turning within each run still cuts them once, and doubles the rate for a
// label that comes in whole lines: such a label hardly tracks what is slow, and a cut line does. So nothing is turned, and
// where there are too few runs for thousands of orders nothing is tested.
import { type Random, shuffle } from '../base/random.ts';
import { instantiate, reserve } from './kernels.ts';

/** Shifts that all cells and all hypotheses have in common. */
export const SHIFTS = 200;

/** Rows that are consecutive in the text: from `start` up to, not including, `end`. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** For each run the one whose labels it gets; every run's are given once. */
export type Shift = Int32Array;

/** @param positions of the rows in the text, rising */
export function runsOf(positions: Int32Array): Run[] {
  const starts = Array.from(positions.keys()).filter((row) => row === 0 || positions[row] !== positions[row - 1]! + 1);
  return starts.map((start, run) => ({ start, end: starts[run + 1] ?? positions.length }));
}

/** Every run keeps its own labels. */
export function unshifted(runs: readonly Run[]): Shift {
  return Int32Array.from(runs.keys());
}

/** Any orders of the runs. */
export function drawShifts(runs: readonly Run[], random: Random, count = SHIFTS): Shift[] {
  return Array.from({ length: count }, () => {
    const from = unshifted(runs);
    shuffle(from, random);
    return from;
  });
}

/**
 * Sums of a series under a shift, as they are without it where all runs are equally long. A run that is longer than that
 * whose labels it gets begins with them again.
 * @param series one entry a row
 */
export function sumsUnder(series: Float64Array, runs: readonly Run[], shifts: readonly Shift[]): Float64Array {
  const upTo = runs.map(({ start, end }) => {
    const sums = new Float64Array(end - start + 1);
    for (let row = start; row < end; row++) sums[row - start + 1] = sums[row - start]! + series[row]!;
    return sums;
  });
  return Float64Array.from(shifts, (shift) =>
    runs.reduce((sum, { start, end }, run) => {
      const source = upTo[shift[run]!]!;
      const length = source.length - 1;
      return sum + Math.floor((end - start) / length) * source[length]! + source[(end - start) % length]!;
    }, 0),
  );
}

/** Σ x·y, of y from its address up to `end`. */
type Dot = (x: number, y: number, end: number) => number;

/** The largest magnitude of a number: the sum of four products fits 32 bits, 4 · LARGEST² < 2³¹. */
export const LARGEST = 23_170;

/** Numbers that are multiplied in one go. */
const STEP = 32;
const NUMBER_BYTES = Int16Array.BYTES_PER_ELEMENT;

/**
 * Sums of products of two series of whole numbers in runs, each run of the one with a run of the other: eight products in
 * one instruction, and the sums are exact.
 *
 * In WebAssembly's memory lies the first series, each run followed by zeros up to whole steps, and then the others, each
 * run followed by itself up to the length of the longest.
 */
export class RunProducts {
  readonly #runs: readonly Run[];
  /** Numbers before each run of the first series; at the end, of all runs. Of another one each takes as many as the longest. */
  readonly #places: readonly number[];
  readonly #longest: number;
  readonly #memory = new WebAssembly.Memory({ initial: 0 });
  readonly #kernel = instantiate<{ dot: Dot; dotInWords: Dot }>('dot-products', this.#memory);
  /** One for each of the other series. */
  readonly #dots: Dot[] = [];

  /** @param runs of both series, one after another */
  constructor(runs: readonly Run[]) {
    const lengths = runs.map(({ start, end }) => inSteps(end - start));
    this.#runs = runs;
    this.#longest = Math.max(0, ...lengths);
    this.#places = places(lengths);
    reserve(this.#memory, this.#addressOf(0));
  }

  /**
   * Keeps a series whose runs are exchanged.
   * @param series of whole numbers of a magnitude up to {@link LARGEST}
   * @returns its number
   * @throws RangeError if a number is larger
   */
  add(series: ArrayLike<number>): number {
    let largest = 0;
    for (let t = 0; t < series.length; t++) largest = Math.max(largest, Math.abs(series[t]!));
    if (largest > LARGEST)
      throw new RangeError(`${largest} is larger than ${LARGEST}, the most that can be multiplied`);
    const number = this.#dots.length;
    reserve(this.#memory, this.#addressOf(number + 1));
    const numbers = new Int16Array(this.#memory.buffer);
    this.#runs.forEach(({ start, end }, run) => {
      const first = this.#addressOf(number) / NUMBER_BYTES + run * this.#longest;
      for (let t = 0; t < this.#longest; t++) numbers[first + t] = series[start + (t % (end - start))]!;
    });
    const fitWords = this.#longest * LARGEST * largest < 2 ** 31;
    this.#dots.push(fitWords ? this.#kernel.dotInWords : this.#kernel.dot);
    return number;
  }

  /** Sets the series that stays, likewise. */
  set(series: Float64Array): void {
    const numbers = new Int16Array(this.#memory.buffer);
    this.#runs.forEach(({ start, end }, run) => {
      numbers.set(series.subarray(start, end), this.#places[run]!);
    });
  }

  /** Under each shift, the sum over all runs of Σₜ x[t] · y[t], of the series x that stays and another one y. */
  sums(exchanged: number, shifts: readonly Shift[]): Float64Array {
    const dot = this.#dots[exchanged]!;
    const base = this.#addressOf(exchanged);
    return Float64Array.from(shifts, (shift) => {
      let sum = 0;
      for (let run = 0; run < this.#runs.length; run++) {
        const x = this.#places[run]! * NUMBER_BYTES;
        const y = base + shift[run]! * this.#longest * NUMBER_BYTES;
        sum += dot(x, y, y + (this.#places[run + 1]! - this.#places[run]!) * NUMBER_BYTES);
      }
      return sum;
    });
  }

  #addressOf(exchanged: number): number {
    return (this.#places.at(-1)! + exchanged * this.#runs.length * this.#longest) * NUMBER_BYTES;
  }
}

function inSteps(length: number): number {
  return Math.ceil(length / STEP) * STEP;
}

/** Where each of several segments begins that lie one after another, and where the last one ends. */
function places(lengths: readonly number[]): number[] {
  const starts = [0];
  for (const length of lengths) starts.push(starts.at(-1)! + length);
  return starts;
}
