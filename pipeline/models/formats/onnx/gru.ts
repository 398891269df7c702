// ONNX's GRU operator -> the weights and functions of a layer's directions. Its h is kept by z, as here.
// https://onnx.ai/onnx/operators/onnx__GRU.html
import type { Value } from '../../../engines/index.ts';
import { sliceColumns } from '../../../lstm/gates.ts';
import { GRU_GATES, type GruGate, type GruParameters } from '../../../lstm/gru.ts';
import type { Matrix } from '../../../lstm/parameters.ts';
import { addBiases, transposed } from '../../gate-rows.ts';
import { readGruFunctions } from './activations.ts';
import type { Folder } from './fold.ts';
import { block, checkShapes, DIRECTIONS, type Layer } from './lstm.ts';
import type { Node } from './node.ts';
import type { Source } from './source.ts';

/** The order of the gates' rows in ONNX; it writes h for the candidate n. */
const ORDER: readonly GruGate[] = ['z', 'r', 'n'];

/**
 * @returns a sentence where the mathematics of this project does not compute it
 * @throws {InputError} weights that do not fit each other or hold no numbers
 */
export async function readGruLayer(
  node: Node,
  name: string,
  { file }: Source,
  folder: Folder,
): Promise<Layer | string> {
  const [x = '', w = '', r = '', b = '', lengths = '', h = ''] = node.inputs;
  const called = `The GRU "${name}"`;
  if (node.number('clip', 0) !== 0) return `${called} clips what its gates add up (clip), which is not supported.`;
  const backwards = DIRECTIONS[node.text('direction', 'forward')];
  if (backwards === undefined) return `${called} has the unknown direction "${node.text('direction', '')}".`;
  const values: Value[] = [];
  for (const weight of [w, r, ...(b === '' ? [] : [b])]) {
    const value = await folder.value(weight);
    if (value?.type !== 'float32') return `The weights of the GRU "${name}" are not all numbers in the file.`;
    values.push(value);
  }
  const functions = readGruFunctions(node, backwards.length, called);
  if (typeof functions === 'string') return functions;
  checkShapes(node, values, backwards.length, 3, file);
  return {
    name,
    node,
    x,
    directions: backwards.map((reads, k) => ({
      cell: 'gru',
      parameters: parametersOf(values, k, node.integer('linear_before_reset', 0) !== 0),
      backwards: reads,
      ...functions[k]!,
    })),
    ...(lengths === '' ? {} : { lengths }),
    ...(h === '' ? {} : { h }),
  };
}

function parametersOf([w, r, b]: readonly Value[], direction: number, resetsAfter: boolean): GruParameters {
  const units = r!.dims[2]!;
  const rows = 3 * units;
  const zeros: Matrix = { rows: 1, columns: rows, data: new Float32Array(rows) };
  const bias = (index: number) => (b === undefined ? zeros : fromRows(block(b, 2 * direction + index, rows, 1)));
  const matrices = {
    kernel: fromRows(block(w!, direction, rows, w!.dims[2]!)),
    recurrentKernel: fromRows(block(r!, direction, rows, units)),
  };
  if (resetsAfter) return { ...matrices, bias: bias(0), recurrentBias: bias(1) };
  return { ...matrices, bias: addBiases(bias(0), bias(1)) };
}

/** A kernel [n, 3·units] from rows [3·units, n] in the order of ONNX. */
function fromRows(rows: Matrix): Matrix {
  const turned = transposed(rows);
  const units = turned.columns / 3;
  const data = new Float32Array(turned.data.length);
  GRU_GATES.forEach((gate, place) => {
    const from = ORDER.indexOf(gate) * units;
    const columns = sliceColumns(turned, from, from + units);
    for (let row = 0; row < turned.rows; row++) {
      data.set(columns.data.subarray(row * units, (row + 1) * units), row * turned.columns + place * units);
    }
  });
  return { ...turned, data };
}
