// nn.LSTM with proj_size: h = W_hr·(o∘tanh c). What reads h reads it through a matrix, so W_hr can be multiplied into
// that matrix: W_hh·W_hr in the layer itself, and W_ih·W_hr in the one behind it. What is left is an LSTM without a
// projection, of the same gates and the same c, whose h is o∘tanh c.
import type { LayerParameters, Matrix } from '../../../lstm/parameters.ts';
import type { StoredDirection } from '../../foreign.ts';
import type { StoredLayer } from './modules.ts';

/** a·b, summed in float64. */
export function product(a: Matrix, b: Matrix): Matrix {
  const data = new Float32Array(a.rows * b.columns);
  const sums = new Float64Array(b.columns);
  for (let row = 0; row < a.rows; row++) {
    sums.fill(0);
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[row * a.columns + k]!;
      const from = k * b.columns;
      for (let column = 0; column < b.columns; column++) sums[column]! += factor * b.data[from + column]!;
    }
    data.set(sums, row * b.columns);
  }
  return { rows: a.rows, columns: b.columns, data };
}

const rowsOf = ({ columns, data }: Matrix, from: number, to: number): Matrix => ({
  rows: to - from,
  columns,
  data: data.subarray(from * columns, to * columns),
});

function below(first: Matrix, second: Matrix): Matrix {
  const data = new Float32Array(first.data.length + second.data.length);
  data.set(first.data);
  data.set(second.data, first.data.length);
  return { rows: first.rows + second.rows, columns: first.columns, data };
}

/** A matrix that weighs what a layer gives, [numbers, columns], as one that weighs what its cells give, [units, columns]. */
export function unprojected(matrix: Matrix, { forward, backward }: StoredLayer): Matrix {
  if (forward.projection === undefined) return matrix;
  if (backward?.projection === undefined) return product(forward.projection, matrix);
  const half = forward.projection.columns;
  return below(
    product(forward.projection, rowsOf(matrix, 0, half)),
    product(backward.projection, rowsOf(matrix, half, matrix.rows)),
  );
}

function withoutProjection({ kernel, recurrentKernel, bias, projection }: StoredDirection): LayerParameters {
  if (projection === undefined) return { kernel, recurrentKernel, bias };
  return { kernel, recurrentKernel: product(projection, recurrentKernel), bias };
}

/** A layer to compute with, behind another one or the first. */
export function foldProjection(layer: StoredLayer, before: StoredLayer | undefined) {
  const fold = (direction: StoredDirection): LayerParameters => {
    const { kernel, ...rest } = withoutProjection(direction);
    return { kernel: before === undefined ? kernel : unprojected(kernel, before), ...rest };
  };
  const { forward, backward } = layer;
  return { forward: fold(forward), ...(backward === undefined ? {} : { backward: fold(backward) }) };
}
