// Weights that other frameworks store transposed: a gate is a block of rows there, and a block of columns here.
import { GATES, type Gate, type Matrix } from '../lstm/parameters.ts';

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column]!;
  }
  return { rows: columns, columns: rows, data: result };
}

/** Moves the four blocks of rows of a matrix [4·units, n] from one order of the gates to another. */
function reordered({ rows, columns, data }: Matrix, from: readonly Gate[], to: readonly Gate[]): Matrix {
  const block = (rows / 4) * columns;
  const result = new Float32Array(data.length);
  to.forEach((gate, index) => {
    const begin = from.indexOf(gate) * block;
    result.set(data.subarray(begin, begin + block), index * block);
  });
  return { rows, columns, data: result };
}

/** A kernel [n, 4·units] from the rows [4·units, n] of another framework; of a bias n is 1. */
export function fromGateRows(rows: Matrix, order: readonly Gate[]): Matrix {
  return transposed(reordered(rows, order, GATES));
}

/** The rows [4·units, n] of another framework from a kernel [n, 4·units]. */
export function toGateRows(kernel: Matrix, order: readonly Gate[]): Matrix {
  return reordered(transposed(kernel), GATES, order);
}

/** The sum of the two biases that a framework keeps where one would do, rounded to float32 as it would be there. */
export function addBiases(first: Matrix, second: Matrix): Matrix {
  return { ...first, data: first.data.map((value, k) => value + second.data[k]!) };
}

/** The other of two biases where the first is all there is: minus zero, which alone leaves a zero of either sign as it is. */
export function secondBias({ rows, columns }: Matrix): Matrix {
  return { rows, columns, data: new Float32Array(rows * columns).fill(-0) };
}
