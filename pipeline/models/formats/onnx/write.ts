// Canonical parameters -> an ONNX model with LSTM nodes.

import onnx from 'onnx-proto';
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
import { GATE_ORDER } from './lstm.ts';

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

const OPERATORS = { linear: 'Identity', tanh: 'Tanh', sigmoid: 'Sigmoid', relu: 'Relu', softmax: 'Softmax' } as const;

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

// Builds an ONNX graph node by node.

const { AttributeProto, ModelProto, TensorProto } = onnx.onnx;
const { AttributeType } = AttributeProto;
const { DataType } = TensorProto;

type Attribute = number | string | readonly string[] | Float32Array | readonly number[];

/** The version of the operators' definitions, and of the file format that came with it. */
const OPSET = 17;
const IR_VERSION = 8;

export interface GraphValue {
  readonly name: string;
  readonly type: 'float32' | 'int64';
  /** A name for a dimension that is left open. */
  readonly shape: readonly (number | string)[];
}

export class GraphBuilder {
  readonly #nodes: onnx.onnx.INodeProto[] = [];
  readonly #constants: onnx.onnx.ITensorProto[] = [];

  /** @returns the name of the constant */
  constant(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): string {
    const dataType = data instanceof Float32Array ? DataType.FLOAT : DataType.INT64;
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#constants.push({ name, dims: [...dims], dataType, rawData });
    return name;
  }

  /** @returns the name of what the node gives */
  node(operator: string, name: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.#nodes.push({ opType: operator, name, input: [...inputs], output: [name], attribute });
    return name;
  }

  /** The whole model as a file's bytes. */
  finish(input: GraphValue, output: GraphValue): Uint8Array {
    return ModelProto.encode({
      irVersion: IR_VERSION,
      producerName: 'cellarium',
      opsetImport: [{ domain: '', version: OPSET }],
      graph: {
        name: 'network',
        node: this.#nodes,
        initializer: this.#constants,
        input: [valueInfo(input)],
        output: [valueInfo(output)],
      },
    }).finish();
  }
}

function attributeOf(name: string, value: Attribute): onnx.onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if (value instanceof Float32Array) return { name, type: AttributeType.FLOATS, floats: [...value] };
  const strings = value.filter((one) => typeof one === 'string');
  if (strings.length > 0) return { name, type: AttributeType.STRINGS, strings: strings.map((one) => Buffer.from(one)) };
  return { name, type: AttributeType.INTS, ints: value.map(Number) };
}

function valueInfo({ name, type, shape }: GraphValue): onnx.onnx.IValueInfoProto {
  const elemType = type === 'float32' ? DataType.FLOAT : DataType.INT64;
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
