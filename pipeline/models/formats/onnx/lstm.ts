// ONNX's LSTM operator -> the weights and functions of a layer's directions.
// https://onnx.ai/onnx/operators/onnx__LSTM.html
import { InputError } from '../../../base/errors.ts';
import type { Value } from '../../../engines/index.ts';
import type { LayerParameters, Matrix } from '../../../lstm/parameters.ts';
import { addBiases, fromGateRows } from '../../gate-rows.ts';
import type { Direction } from '../../graph/model.ts';
import { readFunctions } from './activations.ts';
import type { Folder } from './fold.ts';
import type { Node } from './node.ts';
import type { Source } from './source.ts';

/** The order of the gates' rows in ONNX; it writes c for the candidate g. */
export const GATE_ORDER = ['i', 'o', 'f', 'g'] as const;

/** An LSTM node that reads [steps, sequences, inputs]. */
export interface Layer {
  readonly name: string;
  readonly node: Node;
  readonly directions: readonly Direction[];
  /** Names of values, where the node reads them. */
  readonly x: string;
  readonly lengths?: string;
  readonly h?: string;
  readonly c?: string;
}

const DIRECTIONS: Readonly<Record<string, readonly boolean[]>> = {
  forward: [false],
  reverse: [true],
  bidirectional: [false, true],
};

const AGAIN = 'The file is damaged: export the model again.';

/**
 * @returns a sentence where the mathematics of this project does not compute it
 * @throws {InputError} weights that do not fit each other or hold no numbers
 */
export async function readLayer(node: Node, name: string, { file }: Source, folder: Folder): Promise<Layer | string> {
  const [x = '', w = '', r = '', b = '', lengths = '', h = '', c = '', peepholes = ''] = node.inputs;
  const called = `The LSTM "${name}"`;
  if (peepholes !== '') return `${called} has peepholes (its input P), which are not supported.`;
  if (node.number('clip', 0) !== 0) return `${called} clips what its gates add up (clip), which is not supported.`;
  if (node.integer('input_forget', 0) !== 0)
    return `${called} couples its input and forget gates (input_forget), which is not supported.`;
  const backwards = DIRECTIONS[node.text('direction', 'forward')];
  if (backwards === undefined) return `${called} has the unknown direction "${node.text('direction', '')}".`;
  const weights = [w, r, ...(b === '' ? [] : [b])];
  const values: Value[] = [];
  for (const weight of weights) {
    const value = await folder.value(weight);
    if (value?.type !== 'float32')
      return `The weights of ${called.replace('The', 'the')} are not all numbers in the file.`;
    values.push(value);
  }
  const functions = readFunctions(node, backwards.length, called);
  if (typeof functions === 'string') return functions;
  const parameters = splitWeights(node, values, backwards.length, file);
  return {
    name,
    node,
    x,
    directions: parameters.map((own, k) => ({ parameters: own, backwards: backwards[k]!, ...functions[k]! })),
    ...(lengths === '' ? {} : { lengths }),
    ...(h === '' ? {} : { h }),
    ...(c === '' ? {} : { c }),
  };
}

// Its weights, a direction each.

/**
 * Takes W [directions, 4·units, inputs], R [directions, 4·units, units] and B [directions, 8·units], which may be left
 * out, apart into directions.
 */
function splitWeights(node: Node, [w, r, b]: readonly Value[], directions: number, file: string): LayerParameters[] {
  const place = { file, tensor: node.name };
  const units = r!.dims[2] ?? 0;
  const inputs = w!.dims[2] ?? 0;
  const expected = {
    W: [directions, 4 * units, inputs],
    R: [directions, 4 * units, units],
    B: [directions, 8 * units],
  };
  for (const [name, tensor] of [
    ['W', w],
    ['R', r],
    ['B', b],
  ] as const) {
    if (tensor === undefined) continue;
    if (`${tensor.dims}` !== `${expected[name]}`) {
      throw new InputError(`${name} has the shape [${tensor.dims}], where [${expected[name]}] fits.`, place, AGAIN);
    }
    const wrong = (tensor.data as Float32Array).find((value) => !Number.isFinite(value));
    if (wrong !== undefined) {
      const fix = 'Its training diverged, or the file is damaged: take an earlier one.';
      throw new InputError(`${name} holds ${wrong}, which no network can compute with.`, place, fix);
    }
  }
  const hidden = node.integer('hidden_size', units);
  if (units === 0 || inputs === 0 || hidden !== units) {
    const what = `The LSTM has ${units} units, ${inputs} inputs and the hidden_size ${hidden}.`;
    throw new InputError(what, place, AGAIN);
  }
  return Array.from({ length: directions }, (_, direction) => ({
    kernel: fromGateRows(block(w!, direction, 4 * units, inputs), GATE_ORDER),
    recurrentKernel: fromGateRows(block(r!, direction, 4 * units, units), GATE_ORDER),
    bias: biasOf(b, direction, units),
  }));
}

/** One of the blocks of rows that lie one after the other. */
function block({ data }: Value, index: number, rows: number, columns: number): Matrix {
  const size = rows * columns;
  return { rows, columns, data: Float32Array.from(data.subarray(index * size, (index + 1) * size) as Float32Array) };
}

function biasOf(b: Value | undefined, direction: number, units: number): Matrix {
  const rows = 4 * units;
  if (b === undefined) return { rows: 1, columns: rows, data: new Float32Array(rows) };
  const [first, second] = [2 * direction, 2 * direction + 1].map((index) =>
    fromGateRows(block(b, index, rows, 1), GATE_ORDER),
  );
  return addBiases(first!, second!);
}
