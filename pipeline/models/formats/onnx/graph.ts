// Follows a graph from its inputs to its outputs, and finds the layers on the way.
import type onnx from 'onnx-proto';
import { Allowance } from './constants.ts';
import { Evaluation, unknownValue } from './evaluate.ts';
import { Node } from './node.ts';
import { damaged, TensorReader } from './tensors.ts';
import { dimensionOf, type Signal, type Value } from './values.ts';

type Model = onnx.onnx.IModelProto;
type ValueInfo = onnx.onnx.IValueInfoProto;

export interface GraphInput {
  readonly name: string;
  readonly type: number;
  readonly signal: Signal;
}

export interface Graph {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly { readonly name: string; readonly value: Value }[];
  readonly readsState: boolean;
  /** Number formats other than float32 that weights were converted from. */
  readonly converted: readonly string[];
  /** Names of the files beside the model's own that hold weights. */
  readonly beside: readonly string[];
}

/** How many values may be computed of constants, for each byte of the file. */
const FOLDED_PER_BYTE = 4;

/**
 * @param bytes length of the file
 * @throws {InputError} a graph that is not in order, or whatever an LSTM in it refuses
 */
export function followGraph({ graph, opsetImport }: Model, bytes: number, file: string): Graph {
  if (!graph) damaged('It holds no graph.', file);
  const opset = Number(opsetImport?.find(({ domain }) => !domain || domain === 'ai.onnx')?.version ?? 0);
  const reader = new TensorReader(file);
  const values = new Map<string, Value>();
  for (const tensor of graph.initializer ?? []) values.set(tensor.name ?? '', reader.read(tensor));
  // Old files list the weights among the inputs.
  const given = (graph.input ?? []).filter(({ name }) => !values.has(name ?? ''));
  const inputs = given.map(readInput);
  for (const { name, signal } of inputs) values.set(name, signal);
  const evaluation = new Evaluation(reader, new Allowance(FOLDED_PER_BYTE * bytes), opset, file);
  for (const proto of graph.node ?? []) {
    const node = new Node(proto, file);
    const read = node.inputs.map((name) => {
      const value = values.get(name);
      if (value === undefined && name !== '')
        damaged(`The node "${node.name}" reads "${name}", which nothing gives.`, file);
      return value;
    });
    const made = evaluation.evaluate(node, read);
    node.outputs.forEach((name, index) => {
      if (name !== '') values.set(name, made[index] ?? unknownValue(node, read));
    });
  }
  const outputs = (graph.output ?? []).map(({ name }) => ({ name: name ?? '', value: values.get(name ?? '') }));
  return {
    inputs,
    outputs: outputs.map(({ name, value }) => ({ name, value: value ?? damaged(`Nothing gives "${name}".`, file) })),
    readsState: evaluation.readsState,
    converted: [...reader.converted],
    beside: [...reader.beside],
  };
}

function readInput({ name, type }: ValueInfo): GraphInput {
  const tensor = type?.tensorType;
  const dimensions = (tensor?.shape?.dim ?? []).map(({ dimValue }) => {
    const size = Number(dimValue ?? 0);
    return dimensionOf(Number.isSafeInteger(size) && size > 0 ? size : undefined);
  });
  const source = name ?? '';
  const signal: Signal = { kind: 'signal', source, dimensions, features: undefined, layers: [], last: false };
  return { name: source, type: tensor?.elemType ?? 0, signal };
}
