// An ONNX file as a graph of LSTM and GRU layers and of the parts between them, which onnxruntime runs.
import onnx from 'onnx-proto';
import { InputError } from '../../../base/errors.ts';
import { type Random, seededRandom } from '../../../base/random.ts';
import type { ValueType } from '../../../engines/index.ts';
import type {
  Direction,
  GraphNode,
  LayeredModel,
  PartNode,
  RecurrentNode,
  RecurrentOutput,
} from '../../graph/model.ts';
import { checkLayers } from './check.ts';
import { checkOperators, cut, encode, extraNode, type Wanted } from './cut.ts';
import { Folder } from './fold.ts';
import { followed } from './follows.ts';
import { checkGrowth } from './growth.ts';
import { readGruLayer } from './gru.ts';
import { declaredInputs, graphInput } from './inputs.ts';
import { GATE_ORDER, type Layer, readLayer } from './lstm.ts';
import type { Node } from './node.ts';
import { type Declared, findSides, type Probe } from './sides.ts';
import { innerNodes, Source } from './source.ts';
import { toTensor, typeOf } from './tensors.ts';
import { turnInputs } from './turned.ts';
import { makeUniform } from './uniform.ts';

const { AttributeType } = onnx.onnx.AttributeProto;

/** A file with all that was found out about it. */
export interface OpenedOnnx {
  readonly source: Source;
  readonly folder: Folder;
  readonly layers: readonly Layer[];
  /** Sentences on recurrent layers that are not opened. */
  readonly closed: readonly string[];
  readonly readsState: boolean;
  readonly notes: readonly string[];
  readonly inputs: readonly Declared[];
  readonly probe: Probe;
  readonly model: LayeredModel;
}

/**
 * @throws {InputError} a file that is no ONNX model or has no LSTM or GRU that can be opened; one that onnxruntime computes
 *   otherwise
 */
export async function openOnnx(file: string): Promise<OpenedOnnx> {
  const source = new Source(file);
  const folder = new Folder(source);
  const { readsState, notes } = await makeUniform(source, folder);
  const { layers, closed } = await readLayers(source, folder);
  if (layers.length === 0) {
    const [why = 'It has no LSTM or GRU layer.'] = closed;
    throw new InputError(why, { file }, 'Supported are LSTM and GRU nodes with weights in the file.');
  }
  const declared = await declaredInputs(source, folder, layers);
  await checkGrowth(source, folder, declared, layers);
  const hindered = layers.map(({ x, node }) => hindranceOf(source, [x, ...node.inputs.slice(4)]));
  const runnable = layers.filter((_, k) => hindered[k] === undefined);
  // What follows from the file alone is the same each time it is opened.
  const random = seededRandom(1997);
  const found = await findSides(source, declared, runnable, random);
  const reason = found.reason ?? hindered.find((one) => one !== undefined);
  const { probe, inputs } = turnInputs(source, declared, reason === undefined ? found : { ...found, reason });
  const opened = { source, folder, layers, closed, readsState, inputs, probe };
  const said = [
    ...[...source.reader.converted].map((name) => `Tensors stored as ${name} were converted to float32.`),
    ...notes,
    ...closed,
    ...layers.flatMap(({ name }, k) => {
      const why = hindered[k] ?? found.reason;
      return why === undefined ? [] : [`"${name}" was not held against onnxruntime: ${why}`];
    }),
  ];
  const model = await layeredModel(opened, said, random);
  await checkLayers(model, runnable, probe, file);
  return { ...opened, notes: said, model };
}

/** Why some values cannot be computed. */
function hindranceOf(source: Source, values: readonly string[]): string | undefined {
  const named = values.filter((name) => name !== '');
  try {
    checkOperators(source, cut(source, named, new Set()).nodes);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.what;
    throw error;
  }
}

// Its layers.

const OPENED = ['LSTM', 'GRU'];

async function readLayers(source: Source, folder: Folder): Promise<{ layers: Layer[]; closed: string[] }> {
  const layers: Layer[] = [];
  const closed: string[] = [];
  const names = new Set<string>();
  for (const node of source.nodes) {
    const inner = innerNodes(node, source.file).find(({ operator }) => OPENED.includes(operator));
    if (inner !== undefined) {
      closed.push(
        `The ${inner.operator} "${inner.name}" runs inside the ${node.operator} "${node.name}", and what runs inside another operator is not opened.`,
      );
    }
    if (node.operator === 'RNN') {
      closed.push(`It has a layer of the kind ${node.operator}, "${node.name}", which is not opened.`);
    }
    if (!OPENED.includes(node.operator)) continue;
    const read = node.operator === 'GRU' ? readGruLayer : readLayer;
    const layer = await read(node, uniqueName(node, names), source, folder);
    if (typeof layer === 'string') closed.push(layer);
    else layers.push(layer);
  }
  for (const { name, node } of source.model.functions ?? []) {
    const inner = node?.find(({ opType }) => OPENED.includes(opType ?? ''));
    if (inner === undefined) continue;
    closed.push(
      `The function "${name}" of the file holds ${inner.opType === 'LSTM' ? 'an LSTM' : 'a GRU'}, which is not opened: write the function out with onnx.inliner.inline_local_functions.`,
    );
  }
  return { layers, closed };
}

/** After the module that it belongs to: "/encoder/LSTM" of PyTorch is "encoder". Else as its weights are called. */
function uniqueName(node: Node, taken: Set<string>): string {
  const isNamed = (node.proto.name ?? '') !== '' && !node.outputs.includes(node.name);
  const [, module] = /^\/?(.+)\/(?:LSTM|GRU)(?:_\d+)?$/.exec(node.name) ?? [];
  const [, weights] = /^(.+?)[./](?:W|weight_ih_l\d+)$/.exec(node.inputs[1] ?? '') ?? [];
  const name = module?.replaceAll('/', '.') ?? (isNamed ? node.name : (weights ?? node.name));
  let found = name;
  for (let k = 2; taken.has(found); k++) found = `${name} ${k}`;
  taken.add(found);
  return found;
}

// The graph.

type Opened = Omit<OpenedOnnx, 'notes' | 'model'>;

async function layeredModel(opened: Opened, notes: readonly string[], random: Random): Promise<LayeredModel> {
  const { source, layers, inputs, probe } = opened;
  const stops = new Set(layers.flatMap(({ node }) => node.outputs));
  const nodes: GraphNode[] = [];
  const follows = new Map<string, RecurrentNode['follows']>();
  for (const layer of layers) {
    const { part, reads } = partBefore(opened, layer, stops);
    if (part !== undefined) nodes.push(part);
    const found = await followed(opened, layer, part, reads.x, follows, random);
    follows.set(layer.node.outputs[0]!, found);
    nodes.push(recurrentNode(layer, reads, opened, found));
  }
  const outputs = source.outputs.flatMap(({ name, type }) => {
    const own = typeOf(type?.tensorType?.elemType);
    return name && own !== undefined ? [{ name, type: own }] : [];
  });
  for (const output of outputs) {
    if (stops.has(output.name) || source.input(output.name) !== undefined) continue;
    nodes.push(partNode(opened, `the output "${output.name}"`, [output], stops));
  }
  const read = new Set(nodes.flatMap((node) => (node.kind === 'part' ? node.inputs : [node.input])));
  return {
    format: 'ONNX',
    gateOrder: gateOrderOf(layers),
    biases: biasesOf(layers),
    notes,
    inputs: inputs.filter(({ name }) => read.has(name)).map((one) => graphInput(one, probe.sides.get(one.name) ?? [])),
    nodes,
    outputs: outputs.map(({ name }) => name),
    why: 'It is a graph of layers.',
  };
}

/** Of each kind of cells that there is. */
function gateOrderOf(layers: readonly Layer[]): string {
  const ofLstm = GATE_ORDER.join(' ').replace('g', 'c');
  const kinds = new Set(layers.map(({ node }) => (node.operator === 'GRU' ? 'z r h' : ofLstm)));
  return [...kinds].join('; ');
}

export function biasesOf(layers: readonly Layer[]): string {
  const isApart = ({ directions: [first] }: Layer) =>
    first?.cell === 'gru' && first.parameters.recurrentBias !== undefined;
  if (layers.some(isApart)) return layers.every(isApart) ? 'two, apart' : 'two, added, or apart where r resets one';
  const hasBias = layers.some(({ directions }) =>
    directions.some(({ parameters }) => parameters.bias.data.some((value) => value !== 0)),
  );
  return hasBias ? 'two, added' : 'none, or zeros';
}

/** Values that a layer reads, by what they are to it. */
interface Reads {
  readonly x: string;
  readonly lengths?: string;
  readonly states: readonly { readonly h?: string; readonly c?: string }[];
}

/** What leads to a layer from what the graph is given and from the layers before it. */
function partBefore(
  opened: Opened,
  layer: Layer,
  stops: ReadonlySet<string>,
): { part: PartNode | undefined; reads: Reads } {
  const { source } = opened;
  const isThere = (name: string) => stops.has(name) || source.input(name) !== undefined;
  const wanted: Wanted[] = [];
  const extra: Node[] = [];
  const value = (name: string, type: ValueType, as?: (to: string) => Node): string => {
    if (as === undefined && isThere(name)) return name;
    const own =
      as === undefined && source.producer(name) !== undefined ? name : `${layer.name} reads ${name} #${wanted.length}`;
    if (own !== name) extra.push(as?.(own) ?? extraNode('Identity', [name], own));
    wanted.push({ name: own, type });
    return own;
  };
  const of = (k: number) => (name: string) => (to: string) =>
    extraNode('Gather', [name, `direction ${k}`], to, [{ name: 'axis', type: AttributeType.INT, i: 0 }]);
  const x = value(layer.x, 'float32');
  const lengths = layer.lengths === undefined ? undefined : value(layer.lengths, 'int32');
  const states = layer.directions.map((_, k) => ({
    ...(layer.h === undefined ? {} : { h: value(layer.h, 'float32', of(k)(layer.h)) }),
    ...(layer.c === undefined ? {} : { c: value(layer.c, 'float32', of(k)(layer.c)) }),
  }));
  const reads = { x, ...(lengths === undefined ? {} : { lengths }), states };
  if (wanted.length === 0) return { part: undefined, reads };
  return { part: partNode(opened, `what "${layer.name}" reads`, wanted, stops, extra), reads };
}

/** Indices of directions, which extra nodes choose by. */
const CHOICES = [0, 1].map((k) =>
  toTensor(`direction ${k}`, { type: 'int64', dims: [], data: BigInt64Array.of(BigInt(k)) }),
);

function partNode(
  { source }: Opened,
  name: string,
  outputs: readonly Wanted[],
  stops: ReadonlySet<string>,
  extra: readonly Node[] = [],
): PartNode {
  const found = cut(
    source,
    outputs.map((one) => one.name),
    stops,
    extra,
  );
  let written: Uint8Array | undefined;
  return {
    kind: 'part',
    name,
    inputs: found.inputs,
    outputs: outputs.map((one) => one.name),
    bytes() {
      written ??= encode(
        source,
        found,
        outputs,
        (input) => (stops.has(input) ? 'float32' : source.inputType(input)),
        extra.length === 0 ? [] : CHOICES,
      );
      return written;
    },
  };
}

function recurrentNode(
  layer: Layer,
  reads: Reads,
  { readsState }: Opened,
  follows: RecurrentNode['follows'],
): RecurrentNode {
  const { name, node } = layer;
  const count = layer.directions.length;
  const units = layer.directions[0]!.parameters.recurrentKernel.rows;
  const directions = layer.directions.map((direction, k): Direction => {
    const initial = reads.states[k]!;
    return Object.keys(initial).length === 0 ? direction : { ...direction, initial };
  });
  const [y = '', h = '', c = ''] = node.outputs;
  const outputs: RecurrentOutput[] = [
    { name: y, of: 'sequence', sides: ['steps', count, 1, units] },
    { name: h, of: 'h', sides: [count, 1, units] },
    ...(node.operator === 'GRU' ? [] : [{ name: c, of: 'c', sides: [count, 1, units] } as const]),
  ];
  return {
    kind: 'recurrent',
    name,
    input: reads.x,
    batchSide: 1,
    directions,
    merge: 'concat',
    ...(reads.lengths === undefined ? {} : { length: reads.lengths, skipped: 'zeros' }),
    outputs,
    ...(follows === undefined ? {} : { follows }),
    stateful: readsState,
  };
}
