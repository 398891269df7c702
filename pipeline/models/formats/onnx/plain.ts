import type { Value } from '../../../engines/index.ts';
import {
  canonical,
  type ForeignGru,
  type ForeignLayer,
  type ForeignLstm,
  type ForeignNetwork,
  sameFunctions,
  Unsupported,
  unsupported,
} from '../../foreign.ts';
import type { Direction } from '../../graph/model.ts';
import { cut } from './cut.ts';
import { biasesOf, type OpenedOnnx } from './layered.ts';
import type { Layer } from './lstm.ts';
import { readOutput, runnerOf } from './output.ts';
import { isSame, type Level, type Stack, SUPPORTED } from './stack.ts';

/**
 * Embeddings (Gather), LSTM or GRU nodes and dense layers (MatMul, Gemm, Add and the function that follows), whatever exporters
 * put between them to move and regroup axes.
 * @param headless whether what lies behind the last of those nodes is left out
 * @throws {Unsupported} where it is no such network, with the operator where it is told
 */
export async function plainNetwork(opened: OpenedOnnx, path: string, headless: boolean): Promise<ForeignNetwork> {
  const { layers, readsState, closed, notes, model } = opened;
  const [hidden] = closed;
  if (hidden !== undefined && !headless) throw new Unsupported(hidden, { file: path }, SUPPORTED);
  const [input, ...others] = model.inputs.filter(({ name }) => !headless || opened.probe.given.has(name));
  if (input === undefined || others.some(({ sides }) => sides.includes('steps'))) {
    throw unsupported(`It reads ${others.length + 1} sequences`, { file: path }, 'Export the model with one input.');
  }
  const source = await readStack(opened, path);
  const { h, nodes } = source.stack.at(-1)!;
  const output = headless ? undefined : await readOutput(opened, source, path);
  // Of two nodes that read one each way there is no single value that holds h.
  const given = nodes.length > 1 ? undefined : { name: nodes[0]!.outputs[0]!, isLogarithm: false };
  const shown = output ?? given;
  const network: ForeignNetwork = {
    format: model.format,
    layers: [...source.below, ...source.stack.map(({ layer }) => layer), ...(output?.head.dense ?? [])],
    gateOrder: model.gateOrder,
    biases: biasesOf(layers),
    stateful: readsState,
    notes: [...notes, ...(output?.notes ?? [])],
    ...(shown === undefined || h.length === 0 ? {} : { run: runnerOf(opened, source, shown, path) }),
    ...(source.steps === undefined ? {} : { runSteps: source.steps }),
  };
  // Whether it is read as characters or numbers makes no difference to what is supported.
  canonical(network, 'numbers', path);
  return network;
}

// The layers, from the input up.

async function readStack(opened: OpenedOnnx, file: string): Promise<Stack> {
  const { layers, probe, model, inputs } = opened;
  const { found, given, reason } = probe;
  if (found === undefined) throw new Unsupported(`It cannot be run: ${reason}`, { file }, 'Export the model again.');
  const first = found.get(layers[0]!.x);
  const input = model.inputs.find(({ name, sides }) => given.has(name) && sides.includes('steps')) ?? model.inputs[0]!;
  const read = given.get(input.name);
  if (first === undefined || read === undefined)
    throw unsupported(`${called(layers[0]!)} reads no input`, { file }, SUPPORTED);
  const below: ForeignLayer[] = [];
  let value: ArrayLike<number | bigint> = read.data;
  if (inputs.find(({ name }) => name === input.name)?.vocabulary !== undefined) {
    const table = await tableOf(opened, input.name);
    if (table === undefined)
      throw unsupported('Its numbers of characters are not looked up in a table', { file }, SUPPORTED);
    const { columns, data } = table.table;
    below.push(table);
    value = Array.from(read.data, Number).flatMap((id) => [...data.subarray(id * columns, (id + 1) * columns)]);
  }
  const stack: Level[] = [];
  for (let k = 0; k < layers.length; ) {
    const layer = layers[k]!;
    checkPlain(layer, file);
    if (!isSame(found.get(layer.x)!.data, value)) {
      const before = k === 0 ? 'the input of the file' : `what "${layers[k - 1]!.name}" gives out`;
      throw unsupported(`${called(layer)} does not read just ${before}`, { file, tensor: layer.node.name }, SUPPORTED);
    }
    const level = levelOf(layer, layers[k + 1], found, file);
    stack.push(level);
    value = level.h;
    k += level.nodes.length;
  }
  const { steps } = input;
  return { input: input.name, ...(steps === undefined ? {} : { steps }), below, stack };
}

/** As messages name a layer. */
const called = ({ name, node }: Layer) => `The ${node.operator} "${name}"`;

function checkPlain(layer: Layer, file: string): void {
  const { node, lengths, h, c } = layer;
  const place = { file, tensor: node.name };
  if (lengths !== undefined) {
    throw unsupported(`${called(layer)} is given lengths of sequences (sequence_lens)`, place, SUPPORTED);
  }
  if (h === undefined && c === undefined) return;
  const what = `${called(layer)} starts from a state that is neither zero nor an input of the file`;
  throw unsupported(what, place, 'Export it with a state of zeros.');
}

/** A layer, or two of which one reads forwards and the other backwards: one layer that reads both ways. */
function levelOf(layer: Layer, next: Layer | undefined, found: ReadonlyMap<string, Value>, file: string): Level {
  const [forward, backward] = layer.directions;
  const numbersOf = (name: string) => found.get(name)!.data as Float32Array;
  const both = (behind: Direction | undefined): ForeignLstm | ForeignGru => {
    const { cellActivation, recurrentActivation } = forward!;
    const shared = { name: layer.name, cellActivation, recurrentActivation };
    const backward = behind === undefined ? {} : { backward: behind.parameters };
    // All directions of a node are of its cells.
    return { kind: forward!.cell ?? 'lstm', ...shared, forward: forward!.parameters, ...backward } as
      | ForeignLstm
      | ForeignGru;
  };
  const h = numbersOf(layer.node.outputs[0]!);
  if (backward !== undefined) {
    if (!sameFunctions(forward!, backward)) {
      throw unsupported(`The directions of "${layer.name}" have different activations`, {
        file,
        tensor: layer.node.name,
      });
    }
    return { layer: both(backward), nodes: [layer.node], h };
  }
  const [other] = next?.directions.length === 1 ? next.directions : [];
  const isPair =
    next !== undefined &&
    other?.backwards === true &&
    !forward!.backwards &&
    isSame(numbersOf(next.x), numbersOf(layer.x));
  if (
    isPair &&
    forward!.cell === other.cell &&
    sameFunctions(forward!, other) &&
    other.parameters.recurrentKernel.rows === forward!.parameters.recurrentKernel.rows
  ) {
    const units = forward!.parameters.recurrentKernel.rows;
    const behind = numbersOf(next.node.outputs[0]!);
    const beside = new Float32Array(2 * h.length);
    for (let k = 0; k < h.length; k += units) {
      beside.set(h.subarray(k, k + units), 2 * k);
      beside.set(behind.subarray(k, k + units), 2 * k + units);
    }
    return { layer: both(other), nodes: [layer.node, next.node], h: beside };
  }
  if (forward!.backwards) {
    throw unsupported(`${called(layer)} reads backwards alone`, { file, tensor: layer.node.name }, SUPPORTED);
  }
  return { layer: both(undefined), nodes: [layer.node], h };
}

/** The table that numbers of characters are looked up in. */
async function tableOf({ source, folder }: OpenedOnnx, input: string) {
  for (const node of source.nodes) {
    const [table = '', ids = ''] = node.inputs;
    if (node.operator !== 'Gather' || !cut(source, [ids], new Set()).inputs.includes(input)) continue;
    const found = await folder.value(table);
    const [rows = 0, columns = 0] = found?.dims ?? [];
    if (found?.type !== 'float32' || found.dims.length !== 2 || rows * columns === 0) continue;
    return { kind: 'embedding', name: table, table: { rows, columns, data: found.data as Float32Array } } as const;
  }
  return undefined;
}
