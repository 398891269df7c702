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

/** See dot-products.wat. */
type Sums = (
  ...places: [runs: number, runsEnd: number, y: number, shifts: number, end: number, inWords: number, to: number]
) => void;

/** The largest magnitude of a number: the sum of four products fits 32 bits, 4 · LARGEST² < 2³¹. */
export const LARGEST = 23_170;

/** Numbers that are multiplied in one go. */
const STEP = 32;
const NUMBER_BYTES = Int16Array.BYTES_PER_ELEMENT;
const ADDRESS_BYTES = 4;
const SUM_BYTES = 8;

/**
 * Sums of products of two series of whole numbers in runs, each run of the one with a run of the other: eight products in
 * one instruction, and the sums are exact.
 *
 * In WebAssembly's memory lie the sums, where the runs are and which of them each shift pairs, the first series, each run
 * followed by zeros up to whole steps, and then the others, each run followed by itself up to the length of the longest.
 */
export class RunProducts {
  readonly #runs: readonly Run[];
  readonly #shifts: number;
  /** Addresses of the runs, of the shifts, and of the first series; the sums come first. */
  readonly #addresses: { readonly runs: number; readonly shifts: number; readonly series: number };
  /** Numbers before each run of the first series; at the end, of all runs. Of another one each takes as many as the longest. */
  readonly #places: readonly number[];
  readonly #longest: number;
  readonly #memory = new WebAssembly.Memory({ initial: 0 });
  readonly #kernel = instantiate<{ sums: Sums }>('dot-products', this.#memory);
  /** For each of the other series, whether the products of a run fit four words. */
  readonly #inWords: boolean[] = [];

  /** @param runs of both series, one after another @param shifts under which sums will be asked for */
  constructor(runs: readonly Run[], shifts: readonly Shift[]) {
    const lengths = runs.map(({ start, end }) => inSteps(end - start));
    this.#runs = runs;
    this.#shifts = shifts.length;
    this.#longest = Math.max(0, ...lengths);
    this.#places = places(lengths);
    const runsAt = shifts.length * SUM_BYTES;
    const shiftsAt = runsAt + runs.length * 2 * ADDRESS_BYTES;
    const seriesAt = shiftsAt + shifts.length * runs.length * ADDRESS_BYTES;
    this.#addresses = { runs: runsAt, shifts: shiftsAt, series: seriesAt };
    reserve(this.#memory, this.#addressOf(0));
    new Int32Array(this.#memory.buffer, runsAt, 2 * runs.length).set(
      runs.flatMap((_, run) => [seriesAt + this.#places[run]! * NUMBER_BYTES, lengths[run]! * NUMBER_BYTES]),
    );
    shifts.forEach((shift, index) => {
      const at = shiftsAt + index * runs.length * ADDRESS_BYTES;
      const offsets = shift.map((run) => run * this.#longest * NUMBER_BYTES);
      new Int32Array(this.#memory.buffer, at, runs.length).set(offsets);
    });
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
    const number = this.#inWords.length;
    reserve(this.#memory, this.#addressOf(number + 1));
    const numbers = new Int16Array(this.#memory.buffer);
    this.#runs.forEach(({ start, end }, run) => {
      const first = this.#addressOf(number) / NUMBER_BYTES + run * this.#longest;
      for (let t = 0; t < this.#longest; t++) numbers[first + t] = series[start + (t % (end - start))]!;
    });
    this.#inWords.push(this.#longest * LARGEST * largest < 2 ** 31);
    return number;
  }

  /** Sets the series that stays, likewise. */
  set(series: Float64Array): void {
    const numbers = new Int16Array(this.#memory.buffer, this.#addresses.series);
    this.#runs.forEach(({ start, end }, run) => {
      numbers.set(series.subarray(start, end), this.#places[run]!);
    });
  }

  /** Under the first so many shifts, the sum over all runs of Σₜ x[t] · y[t], of the series x that stays and another one y. */
  sums(exchanged: number, count = this.#shifts): Float64Array {
    const asked = Math.min(count, this.#shifts);
    const { runs, shifts } = this.#addresses;
    const width = this.#runs.length * ADDRESS_BYTES;
    if (asked === 0 || width === 0) return new Float64Array(asked);
    const y = this.#addressOf(exchanged);
    this.#kernel.sums(runs, runs + 2 * width, y, shifts, shifts + asked * width, Number(this.#inWords[exchanged]!), 0);
    return new Float64Array(this.#memory.buffer, 0, asked).slice();
  }

  #addressOf(exchanged: number): number {
    const before = this.#places.at(-1)! + exchanged * this.#runs.length * this.#longest;
    return this.#addresses.series + before * NUMBER_BYTES;
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
