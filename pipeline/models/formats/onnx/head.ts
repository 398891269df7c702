// The dense layers behind the last LSTM or GRU, read off the operators between it and an output. Whether they are all there is
// between the two is not asked here: what they give is held against what the file gives.
import type { Value } from '../../../engines/index.ts';
import type { Matrix, OutputActivation } from '../../../lstm/parameters.ts';
import type { ForeignDense } from '../../foreign.ts';
import { transposed } from '../../gate-rows.ts';
import type { Folder } from './fold.ts';
import type { Node } from './node.ts';
import type { Source } from './source.ts';
import { MOVES } from './uniform.ts';

export interface Head {
  readonly dense: readonly ForeignDense[];
  /** Whether the file gives the logarithms of a softmax. */
  readonly isLogarithm: boolean;
  /** The LSTM or GRU node that it ends at, if it is one, and which of what that gives. */
  readonly from?: { readonly node: Node; readonly output: number };
  /** The operator that is none of a dense layer's. */
  readonly other?: Node;
}

const ACTIVATIONS: Readonly<Record<string, OutputActivation>> = {
  Relu: 'relu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Softmax: 'softmax',
  LogSoftmax: 'softmax',
};

/** Follows an output back to an LSTM or GRU node. */
export async function readHead(source: Source, folder: Folder, output: string): Promise<Head> {
  const dense: ForeignDense[] = [];
  let isLogarithm = false;
  let activation: OutputActivation | undefined;
  let bias: Matrix | undefined;
  let value = output;
  const put = (node: Node, kernel: Matrix) => {
    const zeros = { rows: 1, columns: kernel.columns, data: new Float32Array(kernel.columns) };
    const layer = {
      kind: 'dense',
      name: node.name,
      kernel,
      bias: bias ?? zeros,
      activation: activation ?? 'linear',
    } as const;
    dense.unshift(layer);
    [activation, bias] = [undefined, undefined];
  };
  for (let node = source.producer(value); node !== undefined; node = source.producer(value)) {
    const refused = { dense, isLogarithm, other: node };
    const isOpen = activation === undefined && bias === undefined;
    if (node.operator === 'LSTM' || node.operator === 'GRU') {
      const from = { node, output: node.outputs.indexOf(value) };
      return isOpen ? { dense, isLogarithm, from } : refused;
    }
    const [first = '', second = ''] = node.inputs;
    if (node.operator in ACTIVATIONS && isOpen) {
      activation = ACTIVATIONS[node.operator];
      if (node.operator === 'LogSoftmax' && dense.length === 0) isLogarithm = true;
      else if (node.operator === 'LogSoftmax') return refused;
    } else if (node.operator === 'Add' && bias === undefined) {
      const constant = (await folder.value(second)) ?? (await folder.value(first));
      bias = constant === undefined ? undefined : rowOf(constant);
      if (bias === undefined) return refused;
      value = (await folder.value(second)) === undefined ? second : first;
      continue;
    } else if (node.operator === 'MatMul') {
      const kernel = matrixOf(await folder.value(second));
      if (kernel === undefined) return refused;
      put(node, kernel);
    } else if (node.operator === 'Gemm' && bias === undefined) {
      const weight = matrixOf(await folder.value(second));
      const third = node.inputs[2] ?? '';
      const constant = third === '' ? undefined : await folder.value(third);
      if (weight === undefined || (third !== '' && constant === undefined)) return refused;
      if (node.number('alpha', 1) !== 1 || node.number('beta', 1) !== 1 || node.integer('transA', 0) !== 0)
        return refused;
      bias = constant === undefined ? undefined : rowOf(constant);
      put(node, node.integer('transB', 0) === 0 ? weight : transposed(weight));
    } else if (!MOVES.has(node.operator)) return refused;
    // Of last steps that are stacked the last is the last layer's.
    value = node.operator === 'Concat' ? node.inputs.at(-1)! : first;
  }
  return { dense, isLogarithm };
}

function matrixOf(value: Value | undefined): Matrix | undefined {
  const [rows = 0, columns = 0] = value?.dims ?? [];
  if (value?.type !== 'float32' || value.dims.length !== 2 || rows * columns === 0) return undefined;
  return { rows, columns, data: value.data as Float32Array };
}

function rowOf({ type, dims, data }: Value): Matrix | undefined {
  if (type !== 'float32' || data.length === 0 || (dims.at(-1) ?? 1) !== data.length) return undefined;
  return { rows: 1, columns: data.length, data: data as Float32Array };
}

/** What dense layers make of rows; undefined where they do not fit. */
export function applyDense(
  rows: Float32Array,
  width: number,
  layers: readonly ForeignDense[],
): Float32Array | undefined {
  let values = rows;
  let below = width;
  for (const { kernel, bias, activation } of layers) {
    if (kernel.rows !== below || bias.columns !== kernel.columns) return undefined;
    const steps = values.length / below;
    const sums = new Float32Array(steps * kernel.columns);
    for (let step = 0; step < steps; step++) {
      for (let column = 0; column < kernel.columns; column++) {
        let sum = bias.data[column]!;
        for (let k = 0; k < below; k++) sum += values[step * below + k]! * kernel.data[k * kernel.columns + column]!;
        sums[step * kernel.columns + column] = sum;
      }
    }
    values = activated(sums, kernel.columns, activation);
    below = kernel.columns;
  }
  return values;
}

function activated(sums: Float32Array, width: number, activation: OutputActivation): Float32Array {
  if (activation === 'relu') return sums.map((value) => Math.max(0, value));
  if (activation === 'tanh') return sums.map(Math.tanh);
  if (activation === 'sigmoid') return sums.map((value) => 1 / (1 + Math.exp(-value)));
  if (activation === 'linear') return sums;
  return sums.map((value, k) => {
    const row = sums.subarray(k - (k % width), k - (k % width) + width);
    const most = row.reduce((a, b) => Math.max(a, b));
    return Math.exp(value - most) / row.reduce((sum, one) => sum + Math.exp(one - most), 0);
  });
}
