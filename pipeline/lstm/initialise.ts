// Fresh weights, as Keras starts an LSTM: Glorot-uniform kernels, orthogonal recurrent kernels, forget bias 1; of a GRU all
// biases are zeros.
import {
  type Architecture,
  assembleParameters,
  GATES,
  gateColumns,
  type Matrix,
  type Parameters,
  tensorShapes,
} from './parameters.ts';

/** Where the randomness comes from. */
export interface Deviates {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** Uniform in ±sqrt(6 / (rows + columns)), Glorot and Bengio (2010). */
function glorotUniform(rows: number, columns: number, deviates: Deviates): Matrix {
  const limit = Math.sqrt(6 / (rows + columns));
  const data = Float32Array.from({ length: rows * columns }, () => (2 * deviates.uniform() - 1) * limit);
  return { rows, columns, data };
}

/** Makes rows of numbers orthonormal, in place. @param numbers row by row, of `columns` each */
export type Orthonormalise = (numbers: Float64Array, columns: number) => void;

/** By Gram and Schmidt's process, run twice over each row. */
export function gramSchmidt(numbers: Float64Array, columns: number): void {
  const basis: Float64Array[] = [];
  for (let start = 0; start < numbers.length; start += columns) {
    const row = numbers.subarray(start, start + columns);
    for (let pass = 0; pass < 2; pass++) {
      for (let first = 0; first < basis.length; first += 4) takeAway(row, basis.slice(first, first + 4));
    }
    const norm = Math.hypot(...row);
    row.set(row.map((value) => value / norm));
    basis.push(row);
  }
}

/** Orthonormal rows, rows ≤ columns, made of normal deviates. */
function orthogonal(rows: number, columns: number, deviates: Deviates, orthonormalise: Orthonormalise): Matrix {
  const numbers = Float64Array.from({ length: rows * columns }, () => deviates.normal());
  orthonormalise(numbers, columns);
  return { rows, columns, data: Float32Array.from(numbers) };
}

/** Takes away what lies along up to four orthonormal rows: four at once, for a sum waits for its last addition. */
function takeAway(row: Float64Array, [first, second, third, fourth]: readonly Float64Array[]): void {
  const [a, b, c, d] = [first!, second ?? first!, third ?? first!, fourth ?? first!];
  let [onA, onB, onC, onD] = [0, 0, 0, 0];
  for (let k = 0; k < row.length; k++) {
    const value = row[k]!;
    onA += value * a[k]!;
    onB += value * b[k]!;
    onC += value * c[k]!;
    onD += value * d[k]!;
  }
  if (second === undefined) onB = 0;
  if (third === undefined) onC = 0;
  if (fourth === undefined) onD = 0;
  for (let k = 0; k < row.length; k++) row[k]! -= onA * a[k]! + onB * b[k]! + onC * c[k]! + onD * d[k]!;
}

/** Zeros, and ones for the forget gate: Jozefowicz, Zaremba and Sutskever (2015). */
function lstmBias(columns: number): Matrix {
  const data = new Float32Array(columns);
  const { from, to } = gateColumns('f', columns / GATES.length);
  return { rows: 1, columns, data: data.fill(1, from, to) };
}

/**
 * The weights that a network of this architecture starts its training from.
 * @param orthonormalise something faster that gives the same numbers
 */
export function initialParameters(
  architecture: Architecture,
  deviates: Deviates,
  orthonormalise: Orthonormalise = gramSchmidt,
): Parameters {
  const tensors = tensorShapes(architecture).map(({ name, rows, columns }) => {
    if (name.endsWith('recurrent_kernel')) return orthogonal(rows, columns, deviates, orthonormalise);
    if (!name.endsWith('bias')) return glorotUniform(rows, columns, deviates);
    if (name.startsWith('layer') && architecture.cell === undefined) return lstmBias(columns);
    return { rows, columns, data: new Float32Array(columns) };
  });
  return assembleParameters(architecture, tensors);
}
