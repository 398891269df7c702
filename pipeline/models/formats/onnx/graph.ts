// Follows a graph from its inputs to its outputs, and finds the layers on the way.
import type onnx from 'onnx-proto';
import { unsupported } from '../../foreign.ts';
import { Allowance, foldConstants, valuesMade } from './constants.ts';
import { addLayer } from './dense.ts';
import { readLstm } from './lstm.ts';
import { damaged, Node, TensorReader } from './node.ts';
import { joinSignals, pickPart } from './parts.ts';
import { foldSizes, moveSignal, sizesOfDimensions } from './shapes.ts';
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

// What each node gives, as far as it can be said before anything is computed.

type Inputs = readonly (Value | undefined)[];

/** Operators that leave zeros zeros. */
const MOVES = new Set(
  'Identity Cast Transpose Reshape Squeeze Unsqueeze Slice Gather Concat Expand Tile Flatten Split'.split(' '),
);
/** Recurrent layers of other kinds, which nothing can be done with. */
const OTHER_CELLS = ['GRU', 'RNN'];

/** The nodes of one graph, one after the other. */
export class Evaluation {
  readonly #reader: TensorReader;
  readonly #allowance: Allowance;
  readonly #opset: number;
  readonly #file: string;
  readsState = false;

  constructor(reader: TensorReader, allowance: Allowance, opset: number, file: string) {
    this.#reader = reader;
    this.#allowance = allowance;
    this.#opset = opset;
    this.#file = file;
  }

  /**
   * @returns a value for each output; fewer where nothing is known of the others
   * @throws {InputError} a recurrent layer of another kind; whatever an LSTM refuses
   */
  evaluate(node: Node, inputs: Inputs): readonly (Value | undefined)[] {
    if (OTHER_CELLS.includes(node.operator)) {
      throw unsupported(
        `It has a layer of the kind ${node.operator}`,
        { file: this.#file, tensor: node.name },
        'Import an LSTM.',
      );
    }
    if (node.operator === 'LSTM') {
      const { outputs, readsState } = readLstm(node, inputs, this.#file);
      this.readsState ||= readsState;
      return outputs;
    }
    if (node.operator === 'Constant') return [node.tensor('value', this.#reader) ?? spelt(node)];
    const zeros = this.#zeros(node, inputs);
    return zeros === undefined ? [this.#computed(node, inputs)] : node.outputs.map(() => zeros);
  }

  /** Zeros stay zeros however they are repeated, joined or cut. */
  #zeros(node: Node, inputs: Inputs): Value | undefined {
    if (node.operator === 'ConstantOfShape') {
      const value = node.tensor('value', this.#reader);
      return value === undefined || value.data.every((one) => one === 0) ? { kind: 'zeros' } : undefined;
    }
    if (!MOVES.has(node.operator)) return undefined;
    if (node.operator === 'Concat')
      return inputs.every((value) => value?.kind === 'zeros') ? { kind: 'zeros' } : undefined;
    const [source] = inputs;
    const isSpread = node.operator === 'Expand' || node.operator === 'Tile';
    const isZero = isSpread && source?.kind === 'constant' && source.data.every((value) => value === 0);
    return source?.kind === 'zeros' || isZero ? { kind: 'zeros' } : undefined;
  }

  #computed(node: Node, inputs: Inputs): Value | undefined {
    const constants = inputs.flatMap((value) => (value?.kind === 'constant' ? [value] : []));
    if (constants.length === inputs.length && constants.length > 0) {
      this.#allowance.spend(valuesMade(constants), this.#file);
      return foldConstants(node, constants) ?? foldSizes(node, inputs);
    }
    const [first] = inputs;
    if (node.operator === 'Shape' && first?.kind === 'signal') {
      const end = node.has('end') ? node.integer('end', 0) : first.dimensions.length;
      return sizesOfDimensions(first.dimensions.slice(node.integer('start', 0), end));
    }
    return (
      (first?.kind === 'signal' ? moveSignal(node, first, inputs) : undefined) ??
      addLayer(node, inputs, this.#opset) ??
      joinSignals(node, inputs) ??
      pickPart(node, inputs) ??
      foldSizes(node, inputs)
    );
  }
}

/** A constant that is written into its node as plain numbers. */
function spelt(node: Node): Value | undefined {
  if (node.has('value_int')) {
    return { kind: 'constant', dims: [], data: Float64Array.of(node.integer('value_int', 0)) };
  }
  if (node.has('value_float')) {
    return { kind: 'constant', dims: [], data: Float32Array.of(node.number('value_float', 0)) };
  }
  const integers = node.integers('value_ints');
  if (integers !== undefined) return { kind: 'constant', dims: [integers.length], data: Float64Array.from(integers) };
  const floats = node.numbers('value_floats');
  return floats.length === 0 ? undefined : { kind: 'constant', dims: [floats.length], data: Float32Array.from(floats) };
}

/** What a node gives of which nothing is known but where it comes from. */
export function unknownValue(node: Node, inputs: Inputs): Value {
  const read = inputs.filter((value) => value !== undefined && value.kind !== 'constant' && value.kind !== 'zeros');
  const isState = (value: Value | undefined) => value?.kind === 'state' || value?.kind === 'stack';
  if (MOVES.has(node.operator) && read.length > 0 && read.every(isState)) return { kind: 'state' };
  const sources = read.flatMap((value) => {
    if (value?.kind === 'signal') return [value.source];
    return value?.kind === 'unknown' ? value.sources : [];
  });
  const isOfInput = (value: Value | undefined) =>
    value?.kind === 'unknown' ? value.isInput : value?.kind === 'signal' && value.layers.length === 0;
  const isInput = sources.length > 0 && read.every((value) => value?.kind === 'sizes' || isOfInput(value));
  const first = read.find((value) => value?.kind === 'unknown');
  const reading = read.some(isState) ? ' on the states at the end of layers or directions' : '';
  const operator = first?.kind === 'unknown' ? first.operator : `${node.operator} ("${node.name}")${reading}`;
  return { kind: 'unknown', operator, sources: [...new Set(sources)], isInput };
}
