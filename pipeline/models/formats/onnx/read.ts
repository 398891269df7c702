// An ONNX model with LSTM nodes -> the network that it computes, and a way to run the file itself as a check.
import onnx from 'onnx-proto';
import { InputError } from '../../../base/errors.ts';
import { type Feed, runModel } from '../../../engines/index.ts';
import { readBytes } from '../../../files/files.ts';
import { type ForeignLayer, type ForeignNetwork, unsupported } from '../../foreign.ts';
import { followGraph, type Graph, type GraphInput } from './graph.ts';
import { GATE_ORDER } from './lstm.ts';
import { damaged } from './node.ts';
import { type Axis, type Dimension, type OpenLayer, type Signal, sameAxes, sizeOf } from './values.ts';
import { checkWire } from './wire.ts';

/**
 * Reads embeddings (Gather), LSTM nodes and dense layers (MatMul, Gemm, Add and the function that follows), whatever
 * exporters put between them to move and regroup axes. Weights may be in a file beside the model.
 * @throws {InputError} a file that is no ONNX model; another operator on the way from the input to the output, by name;
 *   shapes that do not fit each other
 */
export async function readOnnx(path: string): Promise<ForeignNetwork> {
  const bytes = readBytes(path);
  const graph = followGraph(decode(bytes, path), bytes.length, path);
  const output = chooseOutput(graph, path);
  const layers = output.signal.layers.map((layer) => closed(layer, path));
  const hasBias = layers.some((layer) => layer.kind === 'lstm' && layer.forward.bias.data.some((value) => value !== 0));
  const run = runnerOf(graph, output, path);
  const steps = sizeOf(output.signal.steps ?? []);
  return {
    format: 'ONNX',
    layers,
    gateOrder: GATE_ORDER.join(' ').replace('g', 'c'),
    biases: hasBias ? 'two, added' : 'none, or zeros',
    stateful: graph.readsState,
    notes: notesOn(graph, output.signal),
    ...(run === undefined ? {} : { run }),
    ...(steps === undefined ? {} : { runSteps: steps }),
  };
}

function decode(bytes: Uint8Array, file: string): onnx.onnx.ModelProto {
  checkWire(bytes, file);
  try {
    return onnx.onnx.ModelProto.decode(bytes);
  } catch (error) {
    // A text that is no UTF-8, or a field of another type than the format's.
    return damaged(`It is not an ONNX model: ${error instanceof Error ? error.message : error}.`, file);
  }
}

function closed(layer: OpenLayer, file: string): ForeignLayer {
  if (layer.kind === 'reverse') {
    throw unsupported(`The LSTM "${layer.name}" reads backwards alone`, { file, tensor: layer.name });
  }
  if (layer.kind !== 'dense') return layer;
  const { kind, name, kernel, bias, activation = 'linear' } = layer;
  const zeros = { rows: 1, columns: kernel.columns, data: new Float32Array(kernel.columns) };
  return { kind, name, kernel, bias: bias ?? zeros, activation };
}

function notesOn({ readsState, converted, inputs, outputs }: Graph, signal: Signal): string[] {
  const others = outputs.filter(({ value }) => value.kind === 'state' || value.kind === 'stack');
  const states = inputs.filter(({ name }) => name !== signal.source);
  const named = (values: readonly { readonly name: string }[]) => values.map(({ name }) => `"${name}"`).join(', ');
  return [
    ...converted.map((name) => `Tensors stored as ${name} were converted to float32.`),
    ...(readsState ? [`The state is an input of the file (${named(states)}), which starts from zero here.`] : []),
    ...(others.length > 0 ? [`States at the end that the file gives too were left out: ${named(others)}.`] : []),
    ...(signal.last ? ["The file gives the last step's output alone; here there is one at each step."] : []),
    ...(givesLogarithms(signal) ? ['The file gives the logarithms of its probabilities.'] : []),
  ];
}

// Which of a graph's outputs is the network's.

export interface Output {
  readonly name: string;
  readonly signal: Signal;
}

const SUPPORTED =
  'Supported are an embedding, LSTM layers of which every step or the last one is read, and dense layers, in this order.';

/**
 * The output that lies behind the most layers.
 * @throws {InputError} where another one is neither a state nor on the way to it, or comes from an operator that is not
 *   known
 */
export function chooseOutput({ outputs }: Graph, file: string): Output {
  for (const { name, value } of outputs) {
    if (value.kind !== 'unknown') continue;
    throw unsupported(`The output "${name}" comes from the operator ${value.operator}`, { file }, SUPPORTED);
  }
  const found = outputs.flatMap(({ name, value }) => (value.kind === 'signal' ? [{ name, signal: value }] : []));
  const hasLstm = ({ signal }: Output) => signal.layers.some(({ kind }) => kind === 'lstm' || kind === 'reverse');
  const [output, ...others] = found.filter(hasLstm).sort(byDepth);
  if (output === undefined) {
    const fix = 'Import a network with at least one LSTM layer.';
    throw new InputError('No output of it comes from an LSTM.', { file }, fix);
  }
  const isOnTheWay = ({ signal }: Output) => signal.layers.every((layer, k) => isSame(layer, output.signal.layers[k]!));
  const aside = others.find((other) => !isOnTheWay(other));
  if (aside === undefined) return output;
  const names = `"${output.name}" and "${aside.name}"`;
  throw unsupported(`The outputs ${names} come from different layers`, { file }, 'Export the model with one output.');
}

/** Deepest first, a dense layer behind its function; of two of a depth the one with all steps. */
function byDepth(a: Output, b: Output): number {
  return depthOf(b) - depthOf(a) || Number(a.signal.last) - Number(b.signal.last);
}

function depthOf({ signal: { layers } }: Output): number {
  const last = layers.at(-1);
  return 2 * layers.length + (last?.kind === 'dense' && last.activation !== undefined ? 1 : 0);
}

/** Of a dense layer the file may give what comes before its bias or its function too. */
function isSame(a: OpenLayer, b: OpenLayer): boolean {
  return a === b || (a.kind === 'dense' && b.kind === 'dense' && a.kernel === b.kernel);
}

// Running the file by the runtime itself.

const { DataType } = onnx.onnx.TensorProto;
const TYPES: Readonly<Record<number, Feed['type']>> = {
  [DataType.FLOAT]: 'float32',
  [DataType.INT32]: 'int32',
  [DataType.INT64]: 'int64',
};

/**
 * @returns undefined where the file reads several sequences at once, another number format, or gives its values in an
 *   order that is not step by step
 */
export function runnerOf({ inputs, beside }: Graph, { name, signal }: Output, file: string): ForeignNetwork['run'] {
  const input = inputs.find(({ name }) => name === signal.source);
  const { steps, batch, features } = signal;
  if (input === undefined || steps === undefined || batch === undefined || features === undefined) return undefined;
  const isBatch = (axis: Axis) => batch.includes(axis);
  const withoutBatch = (dimensions: readonly Dimension[]) => dimensions.flat().filter((axis) => !isBatch(axis));
  const batchSize = sizeOf(batch);
  if (batchSize !== undefined && batchSize !== 1) return undefined;
  const read = withoutBatch(input.signal.dimensions);
  const given = withoutBatch(signal.dimensions);
  const isInOrder = sameAxes(read, [...steps, ...read.filter((axis) => !steps.includes(axis))]);
  if (!isInOrder || !sameAxes(given, signal.last ? features : [...steps, ...features])) return undefined;
  if (inputs.some(({ type }) => TYPES[type] === undefined)) return undefined;
  const only = sizeOf(steps);
  return async (sequence, count) => {
    if (only !== undefined && count !== only) {
      const fix = `Give it ${only}, or export the model for any length.`;
      throw new InputError(`It reads sequences of ${only} steps alone, not of ${count}.`, { file }, fix);
    }
    const feeds = inputs.map((one) =>
      one === input ? feed(one, sequence, signal, count) : feed(one, new Float32Array(), signal, count),
    );
    const found = await runModel(file, feeds, name, [...beside]);
    return givesLogarithms(signal) ? found.map(Math.exp) : found;
  };
}

/** Whether the file gives the logarithms of probabilities, where its network is described by the probabilities. */
export function givesLogarithms({ layers }: Signal): boolean {
  const last = layers.at(-1);
  return last?.kind === 'dense' && last.isLogarithm === true;
}

/** A tensor of one sequence, or of zeros where there are no values. */
function feed({ name, type, signal }: GraphInput, values: Float32Array, { steps, batch }: Signal, count: number): Feed {
  const sizes = signal.dimensions.map((dimension) => {
    if (dimension.length > 0 && dimension.every((axis) => steps?.includes(axis))) return count;
    return dimension.some((axis) => batch?.includes(axis)) ? 1 : sizeOf(dimension);
  });
  const known = sizes.reduce<number>((product, size) => product * (size ?? 1), 1);
  // What the file leaves open is the count of features of a sequence, or one sequence's state.
  const dims = sizes.map((size) => size ?? Math.max(1, values.length / known));
  const total = dims.reduce((product, size) => product * size, 1);
  return { name, type: TYPES[type]!, dims, values: values.length === 0 ? new Float32Array(total) : values };
}
