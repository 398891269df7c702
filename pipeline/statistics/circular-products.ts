// Sums of products of two series of whole numbers in runs, each run of the one with a run of the other that is turned
// along a circle. Every product is taken: eight in one instruction, they cost less than Fourier transforms, for the turns
// are few, and the sums are exact.

import type { Run, Shift } from './shifts.ts';
import {
  F64,
  type FunctionCode,
  f64,
  get,
  I32,
  i16x8,
  i32,
  i32x4,
  i64,
  i64x2,
  increase,
  instantiate,
  repeatWhile,
  reserve,
  set,
  V128,
  v128,
} from './wasm.ts';

/** The largest magnitude of a number: the sum of four products fits 32 bits, 4 · LARGEST² < 2³¹. */
export const LARGEST = 23_170;

/** Numbers that are multiplied in one go. */
const STEP = 32;
const NUMBER_BYTES = Int16Array.BYTES_PER_ELEMENT;

/**
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
  readonly #dotInWords = instantiate<Dot>(dot(true), this.#memory);
  readonly #dot = instantiate<Dot>(dot(false), this.#memory);
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
   *
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
    this.#dots.push(fitWords ? this.#dotInWords : this.#dot);
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

/** Σ x·y. All arguments are addresses, `end` where y ends. */
type Dot = (x: number, y: number, end: number) => number;

const [X, Y, END, PRODUCTS, LOW, HIGH] = [0, 1, 2, 3, 4, 5] as const;

/** @param inWords whether the sums fit four words, and need widening but once */
function dot(inWords: boolean): FunctionCode {
  const factor = (series: number, offset: number) => [...get(series), ...v128.load(offset)];
  const products = (offset: number) => [...factor(X, offset), ...factor(Y, offset), ...i16x8.dot];
  const widen = [
    ...[...get(LOW), ...get(PRODUCTS), ...i64x2.extendLow, ...i64x2.add, ...set(LOW)],
    ...[...get(HIGH), ...get(PRODUCTS), ...i64x2.extendHigh, ...i64x2.add, ...set(HIGH)],
  ];
  const pairs = [0, 32].map((offset) => [...products(offset), ...products(offset + 16), ...i32x4.add]);
  const added = pairs.flatMap((pair) =>
    inWords ? [...get(PRODUCTS), ...pair, ...i32x4.add, ...set(PRODUCTS)] : [...pair, ...set(PRODUCTS), ...widen],
  );
  const body = [
    ...repeatWhile([
      ...added,
      ...increase(X, i32.constant(STEP * NUMBER_BYTES)),
      ...increase(Y, i32.constant(STEP * NUMBER_BYTES)),
      ...[...get(Y), ...get(END), ...i32.lessThan],
    ]),
    ...(inWords ? widen : []),
    ...[...get(LOW), ...get(HIGH), ...i64x2.add, ...set(LOW)],
    ...[...get(LOW), ...i64x2.lane(0), ...get(LOW), ...i64x2.lane(1), ...i64.add, ...f64.fromI64],
  ];
  return { parameters: [I32, I32, I32], result: [F64], variables: [V128, V128, V128], body };
}
