// An ONNX model with LSTM nodes -> the network that it computes.
import onnx from 'onnx-proto';
import { readBytes } from '../../../files/files.ts';
import { type ForeignLayer, type ForeignNetwork, unsupported } from '../../foreign.ts';
import { followGraph, type Graph } from './graph.ts';
import { chooseOutput } from './output.ts';
import { givesLogarithms, runnerOf } from './run.ts';
import { damaged } from './tensors.ts';
import { type OpenLayer, type Signal, sizeOf } from './values.ts';
import { GATE_ORDER } from './weights.ts';
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
    return damaged(`It is no ONNX model: ${error instanceof Error ? error.message : error}.`, file);
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
