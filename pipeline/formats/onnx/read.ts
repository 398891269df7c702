// An ONNX model with LSTM nodes -> the network that it computes.
import onnx from 'onnx-proto';
import { InputError } from '../../errors.ts';
import { readBytes } from '../files.ts';
import { type ForeignLayer, type ForeignNetwork, unsupported } from '../foreign.ts';
import { followGraph, type Graph } from './graph.ts';
import { GATE_ORDER } from './lstm.ts';
import { runnerOf } from './run.ts';
import { damaged } from './tensors.ts';
import type { OpenLayer, Signal } from './values.ts';

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
  return {
    format: 'ONNX',
    layers,
    gateOrder: GATE_ORDER.join(' ').replace('g', 'c'),
    biases: hasBias ? 'two, added' : 'none, or zeros',
    stateful: graph.readsState,
    notes: notesOn(graph, output.signal),
    ...(run === undefined ? {} : { run }),
  };
}

function decode(bytes: Uint8Array, file: string): onnx.onnx.ModelProto {
  try {
    return onnx.onnx.ModelProto.decode(bytes);
  } catch (error) {
    // A message that ends within a field, one of another format, or one nested without end.
    return damaged(`It is no ONNX model: ${error instanceof Error ? error.message : error}.`, file);
  }
}

export interface Output {
  readonly name: string;
  readonly signal: Signal;
}

const AFTER =
  'Supported are an embedding, LSTM layers, and dense layers with Softmax, Sigmoid, Tanh or Relu, in this order.';

/** The output that lies behind the most layers; all others must be states, or lie on the way to it. */
function chooseOutput({ outputs }: Graph, file: string): Output {
  const refused = outputs.find(({ value }) => value.kind === 'unknown');
  if (refused?.value.kind === 'unknown') {
    throw unsupported(
      `The output "${refused.name}" comes from the operator ${refused.value.operator}`,
      { file },
      AFTER,
    );
  }
  const found = outputs.flatMap(({ name, value }) => (value.kind === 'signal' ? [{ name, signal: value }] : []));
  const hasLstm = ({ signal }: Output) => signal.layers.some(({ kind }) => kind === 'lstm' || kind === 'reverse');
  const [output, ...others] = found.filter(hasLstm).sort(byDepth);
  if (output === undefined) {
    throw new InputError(
      'No output of it comes from an LSTM.',
      { file },
      'Import a network with at least one LSTM layer.',
    );
  }
  const aside = others.find(({ signal }) =>
    signal.layers.some((layer, index) => layer !== output.signal.layers[index]),
  );
  if (aside !== undefined) {
    const names = `"${output.name}" and "${aside.name}"`;
    throw unsupported(`The outputs ${names} come from different layers`, { file }, 'Export the model with one output.');
  }
  return output;
}

/** Deepest first; of two of a depth the one with all steps. */
function byDepth(a: Output, b: Output): number {
  return b.signal.layers.length - a.signal.layers.length || Number(a.signal.last) - Number(b.signal.last);
}

function closed(layer: OpenLayer, file: string): ForeignLayer {
  if (layer.kind === 'reverse') {
    throw unsupported(`The LSTM "${layer.name}" reads backwards alone`, { file, tensor: layer.name });
  }
  if (layer.kind !== 'dense') return layer;
  const zeros = { rows: 1, columns: layer.kernel.columns, data: new Float32Array(layer.kernel.columns) };
  return { ...layer, bias: layer.bias ?? zeros, activation: layer.activation ?? 'linear' };
}

function notesOn({ readsState, converted, inputs, outputs, logarithms }: Graph, { last, source }: Signal): string[] {
  const others = outputs
    .filter(({ value }) => value.kind === 'state' || value.kind === 'stack')
    .map(({ name }) => `"${name}"`);
  const states = inputs.filter(({ name }) => name !== source).map(({ name }) => `"${name}"`);
  return [
    ...converted.map((name) => `Tensors stored as ${name} were converted to float32.`),
    ...(readsState ? [`The state is an input of the file (${states.join(', ')}), which starts from zero here.`] : []),
    ...(others.length > 0 ? [`States at the end that the file gives too were left out: ${others.join(', ')}.`] : []),
    ...(last ? ["The file gives the last step's output alone; here there is one at each step."] : []),
    ...(logarithms.size > 0 ? ['The file gives the logarithms of its probabilities.'] : []),
  ];
}
