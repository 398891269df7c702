// The weights of ONNX's LSTM operator -> those of a layer, a direction each.
import { InputError } from '../../../base/errors.ts';
import type { LayerParameters, Matrix } from '../../../lstm/parameters.ts';
import { addBiases, fromGateRows } from '../../gate-rows.ts';
import type { Node } from './node.ts';
import type { Constant, Value } from './values.ts';

/** The order of the gates' rows in ONNX; it writes c for the candidate g. */
export const GATE_ORDER = ['i', 'o', 'f', 'g'] as const;

const AGAIN = 'The file is damaged: export the model again.';

/**
 * Takes W [directions, 4·units, inputs], R [directions, 4·units, units] and B [directions, 8·units], which may be left
 * out, apart into directions.
 * @throws {InputError} tensors that are not in the file or do not fit each other
 */
export function readWeights(
  node: Node,
  [w, r, b]: readonly (Value | undefined)[],
  directions: number,
  file: string,
): LayerParameters[] {
  const place = { file, tensor: node.name };
  if (w?.kind !== 'constant' || r?.kind !== 'constant' || (b !== undefined && b.kind !== 'constant')) {
    const fix = 'Export the model with its weights in the file, and its constants folded.';
    throw new InputError('The weights of the LSTM are not all in the file.', place, fix);
  }
  const units = r.dims[2] ?? 0;
  const expected = {
    W: [directions, 4 * units, w.dims[2] ?? 0],
    R: [directions, 4 * units, units],
    B: [directions, 8 * units],
  };
  for (const [name, tensor] of [
    ['W', w],
    ['R', r],
    ['B', b],
  ] as const) {
    if (tensor === undefined || `${tensor.dims}` === `${expected[name]}`) continue;
    throw new InputError(`${name} has the shape [${tensor.dims}], where [${expected[name]}] fits.`, place, AGAIN);
  }
  if (units === 0 || expected.W[2] === 0 || node.integer('hidden_size', units) !== units) {
    const what = `The LSTM has ${units} units, ${expected.W[2]} inputs and the hidden_size ${node.integer('hidden_size', units)}.`;
    throw new InputError(what, place, AGAIN);
  }
  return Array.from({ length: directions }, (_, direction) => ({
    kernel: fromGateRows(part(w, direction, w.dims[2]!), GATE_ORDER),
    recurrentKernel: fromGateRows(part(r, direction, units), GATE_ORDER),
    bias: biasOf(b, direction, units),
  }));
}

/** One direction of W or R, [4·units, columns]. */
function part({ dims, data }: Constant, direction: number, columns: number): Matrix {
  const rows = dims[1]!;
  const size = rows * columns;
  return { rows, columns, data: Float32Array.from(data.subarray(direction * size, (direction + 1) * size)) };
}

function biasOf(b: Constant | undefined, direction: number, units: number): Matrix {
  const rows = 4 * units;
  if (b === undefined) return { rows: 1, columns: rows, data: new Float32Array(rows) };
  const [first, second] = [2 * direction, 2 * direction + 1].map((index) => {
    const data = Float32Array.from(b.data.subarray(index * rows, (index + 1) * rows));
    return fromGateRows({ rows, columns: 1, data }, GATE_ORDER);
  });
  return addBiases(first!, second!);
}
