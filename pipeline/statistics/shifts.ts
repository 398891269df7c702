// The null of the time shift: each run of the judging text gets the labels of another run. Labels keep their spans, their
// lengths and their distances, and how much of them a run has; a signal keeps its memory, and its level in each run. What
// the one has to do with the other is gone. Where runs are few there are not orders enough, and the labels are turned
// besides, along each run as along a circle.
//
// Labels that are turned along all runs as along one circle are cut by the runs' ends where the true ones are not. Of a
// signal that hardly changes within a run that makes the null too narrow, and noise of long memory significant: in a
// fifth of all cases where a twentieth is meant. Turning within each run still cuts them once, and doubles the rate for a
// label that comes in whole lines: such a label hardly tracks what is slow, and a cut line does.
import { integerBelow, type Random } from '../base/random.ts';
import { instantiate, reserve } from './kernels.ts';

/** Shifts that all cells and all hypotheses have in common. */
export const SHIFTS = 200;

/** Runs of which there are orders enough, thousands, without turning. */
export const ENOUGH_RUNS = 7;

/** A run that keeps its own labels turns them by more than this at both ends, for until then they overlap themselves. */
export const MARGIN = 1000;

/** Rows that are consecutive in the text: from `start` up to, not including, `end`. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

export interface Shift {
  /** For each run the one whose labels it gets; every run's are given once. */
  readonly from: Int32Array;
  /** The label of that run with which it begins; beyond the run's last one follows its first. */
  readonly turn: Int32Array;
}

/** @param positions of the rows in the text, rising */
export function runsOf(positions: Int32Array): Run[] {
  const starts = Array.from(positions.keys()).filter((row) => row === 0 || positions[row] !== positions[row - 1]! + 1);
  return starts.map((start, run) => ({ start, end: starts[run + 1] ?? positions.length }));
}

/** The margin for a run of `length` characters: a tenth of a short one. */
export function marginOf(length: number): number {
  return Math.min(MARGIN, Math.floor(length / 10));
}

/** Any order of the runs; and of each any turn, where they are fewer than {@link ENOUGH_RUNS}. */
export function drawShifts(runs: readonly Run[], random: Random, count = SHIFTS): Shift[] {
  return Array.from({ length: count }, () => {
    const from = Int32Array.from(runs.keys());
    for (let last = from.length - 1; last > 0; last--) {
      const other = integerBelow(last + 1, random);
      [from[last], from[other]] = [from[other]!, from[last]!];
    }
    const turn = from.map((source, run) => {
      if (runs.length >= ENOUGH_RUNS) return 0;
      const length = runs[source]!.end - runs[source]!.start;
      const margin = source === run ? Math.max(1, marginOf(length)) : 0;
      return Math.min(length - 1, margin + integerBelow(Math.max(1, length - 2 * margin), random));
    });
    return { from, turn };
  });
}

/**
 * Sums of a series under a shift, as they are without it where all runs are equally long.
 * @param series one entry a row
 */
export function sumsUnder(series: Float64Array, runs: readonly Run[], shifts: readonly Shift[]): Float64Array {
  const upTo = runs.map(({ start, end }) => {
    const sums = new Float64Array(end - start + 1);
    for (let row = start; row < end; row++) sums[row - start + 1] = sums[row - start]! + series[row]!;
    return sums;
  });
  return Float64Array.from(shifts, ({ from, turn }) =>
    runs.reduce((sum, { start, end }, run) => sum + along(upTo[from[run]!]!, turn[run]!, end - start), 0),
  );
}

/** The sum of `count` entries along a circle. @param upTo sums of its first 0, 1, 2, … entries */
function along(upTo: Float64Array, first: number, count: number): number {
  const length = upTo.length - 1;
  const end = first + (count % length);
  const whole = Math.floor(count / length) * upTo[length]!;
  return whole + upTo[Math.min(end, length)]! - upTo[first]! + upTo[Math.max(0, end - length)]!;
}

/** Σ x·y, of y from its address up to `end`. */
type Dot = (x: number, y: number, end: number) => number;

/** The largest magnitude of a number: the sum of four products fits 32 bits, 4 · LARGEST² < 2³¹. */
export const LARGEST = 23_170;

/** Numbers that are multiplied in one go. */
const STEP = 32;
const NUMBER_BYTES = Int16Array.BYTES_PER_ELEMENT;

/**
 * Sums of products of two series of whole numbers in runs, each run of the one with a run of the other that is turned
 * along a circle. Every product is taken: eight in one instruction, they take less time than Fourier transforms, for the
 * turns are few, and the sums are exact.
 *
 * In WebAssembly's memory lies the first series, each run followed by zeros up to whole steps, and then the others, each
 * run followed by itself for as long as any run is: a turn is another place to begin at.
 */
export class CircularProducts {
  readonly #runs: readonly Run[];
  /** Numbers before each run of the first series, and of another one; at the end, of all runs. */
  readonly #places: readonly number[];
  readonly #turnedPlaces: readonly number[];
  readonly #longest: number;
  readonly #memory = new WebAssembly.Memory({ initial: 0 });
  readonly #kernel = instantiate<{ dot: Dot; dotInWords: Dot }>('dot-products', this.#memory);
  /** One for each turned series. */
  readonly #dots: Dot[] = [];

  /** @param runs of both series, one after another */
  constructor(runs: readonly Run[]) {
    const lengths = runs.map(({ start, end }) => inSteps(end - start));
    this.#runs = runs;
    this.#longest = Math.max(0, ...lengths);
    this.#places = places(lengths);
    this.#turnedPlaces = places(runs.map(({ start, end }) => end - start + this.#longest));
    reserve(this.#memory, this.#addressOf(0));
  }

  /**
   * Keeps a series that is turned.
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
      const first = this.#addressOf(number) / NUMBER_BYTES + this.#turnedPlaces[run]!;
      const length = end - start;
      for (let t = 0; t < length + this.#longest; t++) numbers[first + t] = series[start + (t % length)]!;
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

  /** Under each shift, the sum over all runs of Σₜ x[t] · y[turn + t], of the series x that stays and a turned one y. */
  sums(turned: number, shifts: readonly Shift[]): Float64Array {
    const dot = this.#dots[turned]!;
    const base = this.#addressOf(turned);
    return Float64Array.from(shifts, ({ from, turn }) => {
      let sum = 0;
      for (let run = 0; run < this.#runs.length; run++) {
        const x = this.#places[run]! * NUMBER_BYTES;
        const y = base + (this.#turnedPlaces[from[run]!]! + turn[run]!) * NUMBER_BYTES;
        sum += dot(x, y, y + (this.#places[run + 1]! - this.#places[run]!) * NUMBER_BYTES);
      }
      return sum;
    });
  }

  #addressOf(turned: number): number {
    return (this.#places.at(-1)! + turned * this.#turnedPlaces.at(-1)!) * NUMBER_BYTES;
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
