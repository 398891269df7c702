// A GRU layer in plain loops, in float64 where its numbers are: what every other way of computing it is compared with.
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import type { GruParameters } from '../../pipeline/lstm/gru.ts';
import type { Matrix } from '../../pipeline/lstm/parameters.ts';

export interface PlainGru {
  /** [steps, units] each, row-major. */
  readonly r: number[];
  readonly z: number[];
  readonly n: number[];
  readonly h: number[];
}

export interface PlainFunctions {
  gate(x: number): number;
  candidate(x: number): number;
}

export const USUAL: PlainFunctions = { gate: (x) => 1 / (1 + Math.exp(-x)), candidate: Math.tanh };

/** @param values [steps, inputs], row-major */
export function plainGru(
  { kernel, recurrentKernel, bias, recurrentBias }: GruParameters,
  values: ArrayLike<number>,
  start: ArrayLike<number>,
  { gate, candidate }: PlainFunctions = USUAL,
): PlainGru {
  const inputs = kernel.rows;
  const units = recurrentKernel.rows;
  const found: PlainGru = { r: [], z: [], n: [], h: [] };
  let h = Array.from({ length: units }, (_, k) => start[k]!);
  const weigh = ({ rows, columns, data }: Matrix, row: ArrayLike<number>, from: number, column: number) => {
    let sum = 0;
    for (let k = 0; k < rows; k++) sum += row[from + k]! * data[k * columns + column]!;
    return sum;
  };
  for (let t = 0; t < values.length / inputs; t++) {
    const ofInput = (column: number) => weigh(kernel, values, t * inputs, column) + bias.data[column]!;
    const ofState = (state: readonly number[], column: number) =>
      weigh(recurrentKernel, state, 0, column) + (recurrentBias?.data[column] ?? 0);
    const before = h;
    const r = before.map((_, k) => gate(ofInput(k) + ofState(before, k)));
    const z = before.map((_, k) => gate(ofInput(units + k) + ofState(before, units + k)));
    const reset = before.map((value, k) => r[k]! * value);
    const n = before.map((_, k) => {
      const column = 2 * units + k;
      const state = recurrentBias === undefined ? ofState(reset, column) : r[k]! * ofState(before, column);
      return candidate(ofInput(column) + state);
    });
    h = before.map((value, k) => (1 - z[k]!) * n[k]! + z[k]! * value);
    found.r.push(...r);
    found.z.push(...z);
    found.n.push(...n);
    found.h.push(...h);
  }
  return found;
}

/** Random weights; two biases, and the product reset, where asked. */
export function randomGru(inputs: number, units: number, resetsAfter: boolean, seed: number): GruParameters {
  const random = seededRandom(seed);
  const matrix = (rows: number): Matrix => ({
    rows,
    columns: 3 * units,
    data: Float32Array.from({ length: rows * 3 * units }, () => normal(random)),
  });
  const parts = { kernel: matrix(inputs), recurrentKernel: matrix(units), bias: matrix(1) };
  return resetsAfter ? { ...parts, recurrentBias: matrix(1) } : parts;
}

/** The largest difference between numbers, one by one. */
export function largestGap(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let gap = 0;
  for (let k = 0; k < found.length; k++) {
    const difference = Math.abs(found[k]! - expected[k]!);
    if (!(difference <= gap)) gap = difference;
  }
  return gap;
}
