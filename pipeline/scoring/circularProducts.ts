// Sums of products of two series of whole numbers, the one turned along a circle. Every product is taken: eight in one
// instruction, they cost less than Fourier transforms of twice the length, for the turns are few, and the sums are exact.
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

/** In WebAssembly's memory lie the series that is turned, two turns of it, and the fixed ones one after another. */
export class CircularProducts {
  readonly #length: number;
  readonly #memory = new WebAssembly.Memory({ initial: 0 });
  readonly #dotInWords = instantiate<Dot>(dot(true), this.#memory);
  readonly #dot = instantiate<Dot>(dot(false), this.#memory);
  /** One for each fixed series. */
  readonly #dots: Dot[] = [];

  /** @param length of the circle */
  constructor(length: number) {
    this.#length = length;
    reserve(this.#memory, this.#addressOf(0));
  }

  /**
   * Keeps a series that is not turned.
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
    new Int16Array(this.#memory.buffer).set(series, this.#addressOf(number) / NUMBER_BYTES);
    const fitWords = series.length * LARGEST * largest < 2 ** 31;
    this.#dots.push(fitWords ? this.#dotInWords : this.#dot);
    return number;
  }

  /** Sets the series that is turned, likewise. */
  turn(series: ArrayLike<number>): void {
    const turns = new Int16Array(this.#memory.buffer);
    turns.set(series);
    turns.set(series, this.#length);
  }

  /** Σₜ x[(t + s) mod length] · y[t] for each shift s in [0, length), of the turned series x and a fixed one y. */
  sums(fixed: number, shifts: Int32Array): Float64Array {
    const start = this.#addressOf(fixed);
    const end = this.#addressOf(fixed + 1);
    const dot = this.#dots[fixed]!;
    return Float64Array.from(shifts, (shift) => dot(shift * NUMBER_BYTES, start, end));
  }

  /** A series takes whole steps: zeros follow it, whatever they are multiplied with. */
  #addressOf(fixed: number): number {
    const padded = Math.ceil(this.#length / STEP) * STEP;
    return (2 * padded + STEP + fixed * padded) * NUMBER_BYTES;
  }
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
