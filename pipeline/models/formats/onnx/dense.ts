// The operators that embeddings and dense layers are made of -> layers.
import type { Activation, Matrix, OutputActivation } from '../../../lstm/parameters.ts';
import { transposed } from '../../gate-rows.ts';
import type { Node } from './node.ts';
import {
  type Constant,
  dimensionOf,
  type OpenDense,
  resolveAxis,
  type Signal,
  sameAxes,
  type Value,
} from './values.ts';

type Inputs = readonly (Value | undefined)[];

function matrixOf({ dims, data }: Constant): Matrix | undefined {
  const [rows, columns] = dims;
  if (dims.length !== 2 || !rows || !columns || !(data instanceof Float32Array)) return undefined;
  return { rows, columns, data };
}

function withLayer(signal: Signal, layer: OpenDense): Signal {
  return { ...signal, layers: [...signal.layers.slice(0, -1), layer] };
}

/** An embedding: rows of a table, numbered by what the graph is given. */
function embed(node: Node, [table, ids]: Inputs): Signal | undefined {
  if (table?.kind !== 'constant' || ids?.kind !== 'signal' || ids.layers.length > 0) return undefined;
  const matrix = matrixOf(table);
  if (matrix === undefined || node.integer('axis', 0) !== 0) return undefined;
  const width = dimensionOf(matrix.columns);
  const layers = [{ kind: 'embedding', name: node.inputs[0] ?? node.name, table: matrix } as const];
  return { ...ids, dimensions: [...ids.dimensions, width], features: width, layers };
}

/** A layer upon what an LSTM or a dense layer gave at each step. */
function multiply(node: Node, signal: Signal, kernel: Matrix, bias: Matrix | undefined): Signal | undefined {
  const last = signal.dimensions.at(-1);
  if (signal.features === undefined || last === undefined || !sameAxes(last, signal.features)) return undefined;
  const inputs = last.reduce((product, { size }) => product * (size ?? 0), 1);
  if (inputs !== kernel.rows) return undefined;
  const features = dimensionOf(kernel.columns);
  const layer: OpenDense = { kind: 'dense', name: node.name, kernel, ...(bias === undefined ? {} : { bias }) };
  const { directions: _, ...rest } = signal;
  return { ...rest, dimensions: signal.dimensions.with(-1, features), features, layers: [...signal.layers, layer] };
}

function gemm(node: Node, [signal, weight, bias]: Inputs): Signal | undefined {
  if (signal?.kind !== 'signal' || signal.dimensions.length !== 2 || weight?.kind !== 'constant') return undefined;
  if (node.number('alpha', 1) !== 1 || node.number('beta', 1) !== 1 || node.integer('transA', 0) !== 0)
    return undefined;
  const matrix = matrixOf(weight);
  if (matrix === undefined) return undefined;
  const kernel = node.integer('transB', 0) === 0 ? matrix : transposed(matrix);
  if (bias === undefined) return multiply(node, signal, kernel, undefined);
  const row = bias.kind === 'constant' ? rowOf(bias, kernel.columns) : undefined;
  return row === undefined ? undefined : multiply(node, signal, kernel, row);
}

/** A bias: one value for each output, along the last axis. */
function rowOf({ dims, data }: Constant, columns: number): Matrix | undefined {
  if (data.length !== columns || (dims.at(-1) ?? 1) !== columns || !(data instanceof Float32Array)) return undefined;
  return { rows: 1, columns, data };
}

function addBias(signal: Signal, constant: Constant): Signal | undefined {
  const layer = signal.layers.at(-1);
  if (layer?.kind !== 'dense' || layer.bias !== undefined || layer.activation !== undefined) return undefined;
  // A bias of more axes than the signal would give it more axes too.
  if (constant.dims.length > signal.dimensions.length) return undefined;
  if (signal.features === undefined || !sameAxes(signal.dimensions.at(-1) ?? [], signal.features)) return undefined;
  const bias = rowOf(constant, layer.kernel.columns);
  return bias === undefined ? undefined : withLayer(signal, { ...layer, bias });
}

function activateLayer(signal: Signal, activation: OutputActivation, isLogarithm = false): Signal | undefined {
  const layer = signal.layers.at(-1);
  if (layer?.kind !== 'dense' || layer.activation !== undefined) return undefined;
  return withLayer(signal, { ...layer, activation, ...(isLogarithm ? { isLogarithm } : {}) });
}

/** The last axis by default; before opset 13 all axes from the one named on, which is the second by default. */
function softmax(node: Node, signal: Signal, opset: number): Signal | undefined {
  const axis = resolveAxis(node.integer('axis', opset < 13 ? 1 : -1), signal.dimensions.length);
  if (axis === undefined || signal.features === undefined) return undefined;
  const axes = opset < 13 ? signal.dimensions.slice(axis).flat() : signal.dimensions[axis]!;
  return sameAxes(axes, signal.features) ? activateLayer(signal, 'softmax', node.operator === 'LogSoftmax') : undefined;
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = { Relu: 'relu', Sigmoid: 'sigmoid', Tanh: 'tanh' };

/** What a node adds to the layers; undefined where it does something else. */
export function addLayer(node: Node, inputs: Inputs, opset: number): Signal | undefined {
  const [first, second] = inputs;
  if (node.operator === 'Gather') return embed(node, inputs);
  if (node.operator === 'Gemm') return gemm(node, inputs);
  if (node.operator === 'Add') {
    if (first?.kind === 'signal' && second?.kind === 'constant') return addBias(first, second);
    return first?.kind === 'constant' && second?.kind === 'signal' ? addBias(second, first) : undefined;
  }
  if (first?.kind !== 'signal') return undefined;
  if (node.operator === 'MatMul') {
    const kernel = second?.kind === 'constant' ? matrixOf(second) : undefined;
    return kernel === undefined ? undefined : multiply(node, first, kernel, undefined);
  }
  if (node.operator === 'Softmax' || node.operator === 'LogSoftmax') return softmax(node, first, opset);
  const activation = ACTIVATIONS[node.operator];
  return activation === undefined ? undefined : activateLayer(first, activation);
}
