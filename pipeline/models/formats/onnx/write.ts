// Canonical parameters -> an ONNX model with LSTM nodes.

import { writeAtomically } from '../../../files/files.ts';
import {
  type Architecture,
  type DenseParameters,
  type LayerParameters,
  layerWidth,
  type Matrix,
  type OutputActivation,
} from '../../../lstm/parameters.ts';
import type { CanonicalNetwork } from '../../foreign.ts';
import { secondBias, toGateRows } from '../../gate-rows.ts';
import { describeFunctions } from './activations.ts';
import { GraphBuilder, type GraphValue } from './builder.ts';
import { GATE_ORDER } from './weights.ts';

/**
 * Writes a model of opset 17 that reads `input` and gives `output`, [steps, batch, outputs], for any count of steps and
 * of sequences: of a softmax the probabilities, and h of the last layer where there is no dense one. `input` is
 * [steps, batch] numbers of characters where there is an embedding, and else [steps, batch, inputs] numbers, of which a
 * network of characters reads one-hot rows. The state starts from zero.
 * @throws {InputError} a path that cannot be written
 */
export function writeOnnx(path: string, { architecture, parameters }: CanonicalNetwork): void {
  const graph = new GraphBuilder();
  const { embedding, layers, backward, dense } = parameters;
  let value = embedding === undefined ? INPUT : addEmbedding(graph, embedding);
  layers.forEach((layer, index) => {
    const behind = backward[index];
    value = addLstm(graph, `layer${index + 1}`, value, behind === undefined ? [layer] : [layer, behind], architecture);
  });
  const { hidden = [], outputActivation = 'softmax' } = architecture;
  dense.forEach((layer, index) => {
    const name = index < hidden.length ? `hidden${index + 1}` : 'dense';
    value = addDense(graph, name, value, layer, hidden[index]?.activation ?? outputActivation);
  });
  graph.node('Identity', OUTPUT, [value]);
  writeAtomically(path, graph.finish(inputOf(architecture), outputOf(architecture)));
}

const INPUT = 'input';
const OUTPUT = 'output';

function inputOf({ inputs, embedding }: Architecture): GraphValue {
  if (embedding !== undefined) return { name: INPUT, type: 'int64', shape: ['steps', 'batch'] };
  return { name: INPUT, type: 'float32', shape: ['steps', 'batch', inputs] };
}

function outputOf(architecture: Architecture): GraphValue {
  const width = architecture.outputs || layerWidth(architecture, architecture.units.length - 1);
  return { name: OUTPUT, type: 'float32', shape: ['steps', 'batch', width] };
}

function addEmbedding(graph: GraphBuilder, { rows, columns, data }: Matrix): string {
  return graph.node('Gather', 'embedding', [graph.constant('embedding.table', [rows, columns], data), INPUT]);
}

/** Tensors of one shape, one after the other. */
function joined(matrices: readonly Matrix[]): Float32Array {
  const data = new Float32Array(matrices.reduce((sum, matrix) => sum + matrix.data.length, 0));
  let to = 0;
  for (const matrix of matrices) {
    data.set(matrix.data, to);
    to += matrix.data.length;
  }
  return data;
}

function addLstm(
  graph: GraphBuilder,
  name: string,
  input: string,
  directions: readonly LayerParameters[],
  architecture: Architecture,
): string {
  const { kernel, recurrentKernel } = directions[0]!;
  const units = recurrentKernel.rows;
  const count = directions.length;
  const rows = (part: (layer: LayerParameters) => Matrix) =>
    directions.map((layer) => toGateRows(part(layer), GATE_ORDER));
  const biases = rows(({ bias }) => bias).flatMap((bias) => [bias, secondBias(bias)]);
  const weights = [
    graph.constant(`${name}.W`, [count, 4 * units, kernel.rows], joined(rows((layer) => layer.kernel))),
    graph.constant(`${name}.R`, [count, 4 * units, units], joined(rows((layer) => layer.recurrentKernel))),
    graph.constant(`${name}.B`, [count, 8 * units], joined(biases)),
  ];
  const { names, alphas, betas } = describeFunctions(architecture);
  const forEach = <T>(values: readonly T[]) => directions.flatMap(() => values);
  const outputs = graph.node('LSTM', name, [input, ...weights], {
    hidden_size: units,
    direction: count === 2 ? 'bidirectional' : 'forward',
    activations: forEach(names),
    ...(alphas.length === 0 ? {} : { activation_alpha: Float32Array.from(forEach(alphas)) }),
    ...(betas.length === 0 ? {} : { activation_beta: Float32Array.from(forEach(betas)) }),
  });
  // From [steps, directions, batch, units] to the directions side by side.
  const moved = graph.node('Transpose', `${name}.moved`, [outputs], { perm: [0, 2, 1, 3] });
  const shape = graph.constant(`${name}.shape`, [3], BigInt64Array.of(0n, 0n, BigInt(count * units)));
  return graph.node('Reshape', `${name}.h`, [moved, shape]);
}

const OPERATORS: Readonly<Record<OutputActivation, string>> = {
  linear: 'Identity',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  relu: 'Relu',
  softmax: 'Softmax',
};

function addDense(
  graph: GraphBuilder,
  name: string,
  input: string,
  { kernel, bias }: DenseParameters,
  activation: OutputActivation,
): string {
  const weight = graph.constant(`${name}.kernel`, [kernel.rows, kernel.columns], kernel.data);
  const product = graph.node('MatMul', name, [input, weight]);
  const sum = graph.node('Add', `${name}.sum`, [product, graph.constant(`${name}.bias`, [bias.columns], bias.data)]);
  return graph.node(OPERATORS[activation], `${name}.${activation}`, [sum]);
}
