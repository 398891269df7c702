// Fresh weights, as Keras starts an LSTM: Glorot-uniform kernels, orthogonal recurrent kernels, forget bias 1.
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

/** Orthonormal rows, rows ≤ columns, by Gram and Schmidt's process run twice over normal deviates. */
function orthogonal(rows: number, columns: number, deviates: Deviates): Matrix {
  const basis: Float64Array[] = [];
  for (let r = 0; r < rows; r++) {
    const row = Float64Array.from({ length: columns }, () => deviates.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        let product = 0;
        for (let k = 0; k < columns; k++) product += row[k]! * other[k]!;
        for (let k = 0; k < columns; k++) row[k]! -= product * other[k]!;
      }
    }
    const norm = Math.hypot(...row);
    basis.push(row.map((value) => value / norm));
  }
  const data = new Float32Array(rows * columns);
  basis.forEach((row, r) => {
    data.set(row, r * columns);
  });
  return { rows, columns, data };
}

/** Zeros, and ones for the forget gate: Jozefowicz, Zaremba and Sutskever (2015). */
function lstmBias(columns: number): Matrix {
  const data = new Float32Array(columns);
  const { from, to } = gateColumns('f', columns / GATES.length);
  return { rows: 1, columns, data: data.fill(1, from, to) };
}

/** The weights that a network of this architecture starts its training from. */
export function initialParameters(architecture: Architecture, deviates: Deviates): Parameters {
  const tensors = tensorShapes(architecture).map(({ name, rows, columns }) => {
    if (name.endsWith('recurrent_kernel')) return orthogonal(rows, columns, deviates);
    if (!name.endsWith('bias')) return glorotUniform(rows, columns, deviates);
    if (name.startsWith('layer')) return lstmBias(columns);
    return { rows, columns, data: new Float32Array(columns) };
  });
  return assembleParameters(architecture, tensors);
}
