// An ONNX model that is a plain stack of LSTM layers with dense layers upon it -> the network that it computes. Its wiring
// is not taken from the operators between the layers, of which exporters write many kinds, but from what they compute:
// each layer has to be given just what the one before it gave out, and the file to give just what the last layers give.
import { InputError } from '../../../base/errors.ts';
import { openPart, type PartProgram, type Value, type ValueType } from '../../../engines/index.ts';
import {
  canonical,
  type ForeignLayer,
  type ForeignLstm,
  type ForeignNetwork,
  sameFunctions,
  Unsupported,
  unsupported,
} from '../../foreign.ts';
import { cut, encode } from './cut.ts';
import { applyDense, type Head, readHead } from './head.ts';
import { biasesOf, type OpenedOnnx } from './layered.ts';
import type { Layer } from './lstm.ts';
import type { Node } from './node.ts';
import { typeOf } from './tensors.ts';

/** What may differ by rounding alone. */
const SAME = 1e-4;

const SUPPORTED =
  'Supported are an embedding, LSTM layers of which every step or the last one is read, and dense layers, in this order.';

/**
 * Embeddings (Gather), LSTM nodes and dense layers (MatMul, Gemm, Add and the function that follows), whatever exporters
 * put between them to move and regroup axes.
 * @param headless whether what lies behind the last LSTM is left out
 * @throws {Unsupported} where it is no such network, with the operator where it is told
 */
export async function plainNetwork(opened: OpenedOnnx, path: string, headless: boolean): Promise<ForeignNetwork> {
  const { layers, readsState, closed, notes, model } = opened;
  const gru = layers.find(({ node }) => node.operator === 'GRU');
  if (gru !== undefined) {
    const what = `The layer "${gru.name}" is a GRU layer, and what is computed whole has LSTM layers alone.`;
    throw new Unsupported(what, { file: path }, '`cellarium inspect`, `weights` and `trace` open it.');
  }
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

interface Level {
  readonly layer: ForeignLstm;
  readonly nodes: readonly Node[];
  /** [steps, units of both directions], what it gave for the sequence that the file was run on. */
  readonly h: Float32Array;
}

interface Stack {
  readonly input: string;
  /** The only count of steps that the file declares. */
  readonly steps?: number;
  readonly below: readonly ForeignLayer[];
  readonly stack: readonly Level[];
}

function isSame(found: ArrayLike<number | bigint>, expected: ArrayLike<number | bigint>): boolean {
  if (found.length !== expected.length) return false;
  return Array.prototype.every.call(found, (value: number, k: number) => {
    const other = Number(expected[k]);
    return Math.abs(Number(value) - other) <= SAME * Math.max(1, Math.abs(other));
  });
}

async function readStack(opened: OpenedOnnx, file: string): Promise<Stack> {
  const { layers, probe, model, inputs } = opened;
  const { found, given, reason } = probe;
  if (found === undefined) throw new Unsupported(`It cannot be run: ${reason}`, { file }, 'Export the model again.');
  const first = found.get(layers[0]!.x);
  const input = model.inputs.find(({ name, sides }) => given.has(name) && sides.includes('steps')) ?? model.inputs[0]!;
  const read = given.get(input.name);
  if (first === undefined || read === undefined)
    throw unsupported('The first LSTM reads no input', { file }, SUPPORTED);
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
      throw unsupported(
        `The LSTM "${layer.name}" does not read just ${before}`,
        { file, tensor: layer.node.name },
        SUPPORTED,
      );
    }
    const level = levelOf(layer, layers[k + 1], found, file);
    stack.push(level);
    value = level.h;
    k += level.nodes.length;
  }
  const { steps } = input;
  return { input: input.name, ...(steps === undefined ? {} : { steps }), below, stack };
}

function checkPlain({ name, node, lengths, h, c }: Layer, file: string): void {
  const place = { file, tensor: node.name };
  if (lengths !== undefined) {
    throw unsupported(`The LSTM "${name}" is given lengths of sequences (sequence_lens)`, place, SUPPORTED);
  }
  if (h === undefined && c === undefined) return;
  const what = `The LSTM "${name}" starts from a state that is neither zero nor an input of the file`;
  throw unsupported(what, place, 'Export it with a state of zeros.');
}

/** A layer, or two of which one reads forwards and the other backwards: one layer that reads both ways. */
function levelOf(layer: Layer, next: Layer | undefined, found: ReadonlyMap<string, Value>, file: string): Level {
  const [forward, backward] = layer.directions;
  const numbersOf = (name: string) => found.get(name)!.data as Float32Array;
  const { cellActivation, recurrentActivation } = forward!;
  const base = {
    kind: 'lstm',
    name: layer.name,
    cellActivation,
    recurrentActivation,
    forward: forward!.parameters,
  } as const;
  const h = numbersOf(layer.node.outputs[0]!);
  if (backward !== undefined) {
    if (!sameFunctions(forward!, backward)) {
      throw unsupported(`The directions of "${layer.name}" have different activations`, {
        file,
        tensor: layer.node.name,
      });
    }
    return { layer: { ...base, backward: backward.parameters }, nodes: [layer.node], h };
  }
  const [other] = next?.directions.length === 1 ? next.directions : [];
  const isPair =
    next !== undefined &&
    other?.backwards === true &&
    !forward!.backwards &&
    isSame(numbersOf(next.x), numbersOf(layer.x));
  if (
    isPair &&
    sameFunctions(forward!, other) &&
    other.parameters.recurrentKernel.rows === forward!.parameters.recurrentKernel.rows
  ) {
    const units = forward!.parameters.recurrentKernel.rows;
    const behind = numbersOf(next.node.outputs[0]!);
    const both = new Float32Array(2 * h.length);
    for (let k = 0; k < h.length; k += units) {
      both.set(h.subarray(k, k + units), 2 * k);
      both.set(behind.subarray(k, k + units), 2 * k + units);
    }
    return { layer: { ...base, backward: other.parameters }, nodes: [layer.node, next.node], h: both };
  }
  if (forward!.backwards) {
    throw unsupported(`The LSTM "${layer.name}" reads backwards alone`, { file, tensor: layer.node.name }, SUPPORTED);
  }
  return { layer: base, nodes: [layer.node], h };
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

// The output.

interface Output {
  readonly name: string;
  readonly head: Head;
  readonly isLogarithm: boolean;
  readonly notes: readonly string[];
}

interface Candidate {
  readonly name: string;
  readonly head: Head;
  readonly last: boolean;
}

/**
 * The output that lies behind the most layers.
 * @throws {InputError} where another one is neither a state nor on the way to it, or comes from an operator that is not
 *   known
 */
async function readOutput(opened: OpenedOnnx, { input, stack }: Stack, file: string): Promise<Output> {
  const { source, folder, probe } = opened;
  const candidates: Candidate[] = [];
  const states: string[] = [];
  const rest: { name: string; head: Head }[] = [];
  const names = source.outputs.map(({ name }) => name ?? '');
  const program = await openFile(opened, names);
  try {
    const ran = await program.run(probe.given, names);
    for (const name of names) {
      const head = await readHead(source, folder, name);
      const last = givenBy(head, stack, ran.get(name)!.data as Float32Array, probe.given, input, opened);
      if (last !== undefined) candidates.push({ name, head, last });
      else if (head.dense.length === 0 && head.from !== undefined && head.from.output > 0) states.push(name);
      else rest.push({ name, head });
    }
  } finally {
    await program.dispose();
  }
  const [chosen] = candidates.toSorted(byDepth);
  const wrong = rest.find(({ head, name }) => !isOnTheWay(head, chosen?.head) && name !== chosen?.name);
  if (wrong !== undefined) throw refusedOutput(wrong, chosen, file);
  if (chosen === undefined) {
    throw unsupported('No output of it gives what its last LSTM or a dense layer upon it gives', { file }, SUPPORTED);
  }
  const { head, name, last } = chosen;
  const quoted = states.map((one) => `"${one}"`).join(', ');
  const notes = [
    ...(states.length > 0 ? [`States at the end that the file gives too were left out: ${quoted}.`] : []),
    ...(last ? ["The file gives the last step's output alone; here there is one at each step."] : []),
    ...(head.isLogarithm ? ['The file gives the logarithms of its probabilities.'] : []),
  ];
  return { name, head, isLogarithm: head.isLogarithm, notes };
}

/** @returns whether it is of the last step alone; undefined where the file gives something else */
function givenBy(
  { dense, isLogarithm, from }: Head,
  stack: readonly Level[],
  found: Float32Array,
  given: ReadonlyMap<string, Value>,
  input: string,
  { model }: OpenedOnnx,
): boolean | undefined {
  const { h, nodes } = stack.at(-1)!;
  if (from === undefined || !nodes.includes(from.node)) return undefined;
  const at = model.inputs.find(({ name }) => name === input)!.sides.indexOf('steps');
  const steps = given.get(input)!.dims[at] ?? 1;
  const width = h.length / steps;
  const all = applyDense(h, width, dense);
  if (all === undefined) return undefined;
  const expected = isLogarithm ? all.map(Math.log) : all;
  if (isSame(found, expected)) return steps === 1 && from.output === 1;
  return isSame(found, expected.subarray(-all.length / steps)) ? true : undefined;
}

/** Deepest first, a dense layer behind its function; of two of a depth the one with all steps. */
function byDepth(a: Candidate, b: Candidate): number {
  return depthOf(b.head) - depthOf(a.head) || Number(a.last) - Number(b.last);
}

function depthOf({ dense }: Head): number {
  return 2 * dense.length + (dense.at(-1)?.activation === 'linear' ? 0 : 1);
}

/** Of layers below, or of a dense layer what comes before its bias or its function. */
function isOnTheWay({ dense, from, other }: Head, chosen: Head | undefined): boolean {
  if (chosen === undefined || other !== undefined || from === undefined) return false;
  return dense.every(({ kernel }, k) => chosen.dense[k]?.kernel === kernel || chosen.dense[k]?.name === dense[k]!.name);
}

function refusedOutput({ name, head }: { name: string; head: Head }, chosen: Candidate | undefined, file: string) {
  if (head.other !== undefined) {
    const { operator, name: node } = head.other;
    return unsupported(`The output "${name}" comes from the operator ${operator} ("${node}")`, { file }, SUPPORTED);
  }
  if (chosen === undefined) {
    const what = `The output "${name}" is not what dense layers make of each step, or of the last one`;
    return unsupported(what, { file }, SUPPORTED);
  }
  const names = `"${chosen.name}" and "${name}"`;
  return unsupported(`The outputs ${names} come from different layers`, { file }, 'Export the model with one output.');
}

// Running the file by the runtime itself.

async function openFile({ source }: OpenedOnnx, names: readonly string[]): Promise<PartProgram> {
  const outputs = names.map((name) => {
    const type = typeOf(source.outputs.find((one) => one.name === name)?.type?.tensorType?.elemType);
    return type === undefined ? { name } : { name, type };
  });
  const bytes = encode(source, cut(source, names, new Set()), outputs, (input) => source.inputType(input));
  return openPart(bytes, 'the file');
}

function runnerOf(
  opened: OpenedOnnx,
  { input, steps: only }: Stack,
  { name: output, isLogarithm }: Pick<Output, 'name' | 'isLogarithm'>,
  file: string,
): NonNullable<ForeignNetwork['run']> {
  const { model, probe } = opened;
  const { sides, type } = model.inputs.find(({ name }) => name === input)!;
  return async (sequence, steps) => {
    if (only !== undefined && steps !== only) {
      const fix = `Give it ${only}, or export the model for any length.`;
      throw new InputError(`It reads sequences of ${only} steps alone, not of ${steps}.`, { file }, fix);
    }
    const dims = sides.map((side) => (side === 'steps' ? steps : side));
    const program = await openFile(opened, [output]);
    try {
      const given = new Map(probe.given).set(input, { type, dims, data: typed(type, sequence) });
      const found = (await program.run(given, [output])).get(output)!.data as Float32Array;
      return isLogarithm ? found.map(Math.exp) : found;
    } finally {
      await program.dispose();
    }
  };
}

function typed(type: ValueType, values: Float32Array): Value['data'] {
  if (type === 'int64') return BigInt64Array.from(values, BigInt);
  return type === 'int32' ? Int32Array.from(values) : values;
}
