// TensorFlow's BasicLSTMCell -> a layer in canonical form.
import { InputError } from '../../../base/errors.ts';
import { GATES, type Gate, gateColumns, type Matrix } from '../../../lstm/parameters.ts';
import type { ForeignLstm } from '../../foreign.ts';
import { type BasicCell, FIX } from './arrays.ts';

/** The order of its gates; the candidate g is its j. */
const ORDER: readonly Gate[] = ['i', 'g', 'f', 'o'];

/** What the cell adds to the forget gate's bias unless it is told otherwise, and a checkpoint does not say. */
const FORGET_BIAS = 1;

/** Some rows of a matrix [n, 4·units], with their gates in canonical order. */
function canonicalRows({ columns, data }: Matrix, from: number, to: number): Matrix {
  const units = columns / 4;
  const result = new Float32Array((to - from) * columns);
  for (let row = from; row < to; row++) {
    for (const gate of GATES) {
      const source = row * columns + ORDER.indexOf(gate) * units;
      result.set(data.subarray(source, source + units), (row - from) * columns + gateColumns(gate, units).from);
    }
  }
  return { rows: to - from, columns, data: result };
}

/**
 * Takes the kernel apart into what belongs to the input and what belongs to h, and makes the constant a part of the
 * bias.
 * @param file for messages
 * @throws {InputError} arrays of a shape that no such cell has
 */
export function cellLayer({ name, kernel, bias }: BasicCell, file: string): ForeignLstm {
  const units = kernel.columns / 4;
  const inputs = kernel.rows - units;
  if (!Number.isInteger(units) || inputs < 1 || bias.columns !== kernel.columns) {
    throw new InputError(
      `A kernel [${kernel.rows}, ${kernel.columns}] and a bias [${bias.columns}] make no cell: they should be ` +
        '[inputs + units, 4·units] and [4·units].',
      { file, tensor: name },
      FIX,
    );
  }
  const canonicalBias = canonicalRows(bias, 0, 1);
  const forget = gateColumns('f', units);
  for (let k = forget.from; k < forget.to; k++) canonicalBias.data[k]! += FORGET_BIAS;
  return {
    kind: 'lstm',
    name,
    forward: {
      kernel: canonicalRows(kernel, 0, inputs),
      recurrentKernel: canonicalRows(kernel, inputs, kernel.rows),
      bias: canonicalBias,
    },
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  };
}
