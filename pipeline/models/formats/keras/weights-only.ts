// Keras weights alone: names and shapes tell which layers they make. How these are connected, and their functions, are not
// in the file: what is taken for granted is said, and only the first LSTM layer is opened unless more is asked for.
import { InputError } from '../../../base/errors.ts';
import type { CellFunctions } from '../../../lstm/cell.ts';
import type { ForeignLayer, ForeignLstm, ForeignNetwork, FunctionOptions, WiringOptions } from '../../foreign.ts';
import { type LstmBlock, type Stack, saidOfStack, wireStack } from '../../stack.ts';
import { describeLayouts, type Layout, looksLikeLstm, readLstm } from './arrays.ts';
import { denseFunctions, functionSentences, functionsOf } from './loose-functions.ts';
import {
  type DenseBlock,
  denseBlock,
  denseLayer,
  describe,
  embeddingLayer,
  headOf,
  IDLE,
  isDense,
  isEmbedding,
} from './loose-head.ts';
import { inOrderMade, type LooseLayer, type LooseLayers } from './loose-layers.ts';
import type { NamedArray } from './stored-weights.ts';

export type WeightsOptions = FunctionOptions & WiringOptions;

/** Halves, where there are the arrays of two directions. */
export function directionsOf(arrays: readonly NamedArray[]): (readonly NamedArray[])[] {
  if (looksLikeLstm(arrays)) return [arrays];
  const halves = [arrays.slice(0, arrays.length / 2), arrays.slice(arrays.length / 2)];
  return arrays.length % 2 === 0 && halves.every(looksLikeLstm) ? halves : [];
}

interface KerasBlock extends LstmBlock, LooseLayer {
  readonly layout: Layout;
  readonly isFirst?: boolean;
}

/**
 * @param version the Keras that wrote the file, where it says so
 * @throws {InputError} where no layer is an LSTM layer; arrays that do not fit each other; options that do not fit them
 */
export function readWeightsOnly(
  stored: LooseLayers,
  version: string | undefined,
  options: WeightsOptions,
  file: string,
): Omit<ForeignNetwork, 'format'> {
  const lstms = stored.layers.filter(({ arrays }) => directionsOf(arrays).length > 0);
  if (lstms.length === 0) throw nothingFound(stored.layers, file);
  const functions = functionsOf(lstms, version, options);
  const made = inOrderMade(lstms, stored.isListed);
  const blocks = (made ?? lstms).map((layer) => blockOf(layer, functions, file));
  const rest = stored.layers.filter((layer) => !lstms.includes(layer) && !IDLE.test(layer.kind));
  const embedding = rest.find(
    ({ name, arrays }) => isEmbedding(name, arrays) && arrays[0]!.shape[1] === blocks[0]!.inputs,
  );
  const dense = rest.filter(({ arrays }) => isDense(arrays)).map(denseBlock);
  const others = rest.filter((layer) => layer !== embedding && !isDense(layer.arrays) && layer.kind !== 'activation');
  const advice = "give the JSON of the model's to_json() with --architecture model.json";
  const stack = wireStack(
    {
      blocks,
      ordered: made !== undefined,
      byName: made === undefined,
      called: 'LSTM',
      advice,
      file,
    },
    options,
  );
  const reads =
    embedding !== undefined && stack.blocks[0]!.inputs === embedding.arrays[0]!.shape[1] ? embedding : undefined;
  const width = stack.blocks.at(-1)!.outputs;
  const head = headOf({ width, isUnwired: stack.unwired !== undefined, cells: 'LSTM' }, dense, others);
  const isUsed = new Set([reads, ...head.dense.map(({ layer }) => layer)]);
  const between = rest.filter((layer) => !isUsed.has(layer) && !isBehind(layer, lstms, stored)).map(describe);
  const given = denseFunctions(head.dense, reads !== undefined, options);
  const layers: ForeignLayer[] = [
    ...(reads === undefined ? [] : [embeddingLayer(reads, file)]),
    ...stack.blocks.flatMap((block) => block.layers),
    ...head.dense.map((block, index) => denseLayer(block.layer, given[index]!, file)),
  ];
  return {
    layers,
    ...describeLayouts(stack.all.map(({ layout }) => layout)),
    stateful: false,
    notes: [],
    assumed: [
      ...functionSentences(functions, head.dense, given.at(-1), options, version),
      connection(stack, reads, head.dense, mayComeBefore(stack.blocks[0]!, dense, others, head.dense, stored)),
      ...saidOfStack(stack, between),
    ],
    ...(head.withoutHead === undefined ? {} : { withoutHead: head.withoutHead }),
    ...(stack.unwired === undefined ? {} : { unwired: stack.unwired }),
    ...(stack.all.length === stack.blocks.length ? {} : { lstms: stack.all.flatMap((block) => block.layers) }),
  };
}

function nothingFound(layers: readonly LooseLayer[], file: string): InputError {
  const found = layers.filter(({ kind }) => !IDLE.test(kind));
  const empty = found.find(({ kind, arrays }) => /lstm|gru|bidirectional/.test(kind) && arrays.length === 0);
  if (empty !== undefined) {
    return new InputError(
      `The layer "${empty.name}" has no arrays: it was saved before it was built, so there are no weights in the file.`,
      { file },
      'Call the model once on some input, or fit it, and save it again.',
    );
  }
  const holds = found.length === 0 ? 'none at all' : found.map(describe).join(', ');
  return new InputError(
    `None of its layers has the arrays of an LSTM or GRU layer; it has ${holds}.`,
    { file },
    'Give the weights of a model with an LSTM or a GRU: a file of its weights alone will do.',
  );
}

// Layers.

function blockOf(layer: LooseLayer, functions: CellFunctions, file: string): KerasBlock {
  const [ahead, back] = directionsOf(layer.arrays).map((arrays) => readLstm(arrays, layer.name, file));
  const { parameters, layout } = ahead!;
  const units = parameters.recurrentKernel.rows;
  const backward = back === undefined ? {} : { backward: back.parameters };
  const lstm: ForeignLstm = { kind: 'lstm', name: layer.name, forward: parameters, ...backward, ...functions };
  return {
    ...layer,
    layout,
    layers: [lstm],
    inputs: parameters.kernel.rows,
    outputs: units * (back === undefined ? 1 : 2),
  };
}

/** Whether a dense layer stands behind all LSTM layers, or may. */
function isBehind(layer: LooseLayer, lstms: readonly LooseLayer[], { layers, isListed }: LooseLayers): boolean {
  if (!isDense(layer.arrays)) return false;
  return !isListed || layers.indexOf(layer) > layers.indexOf(lstms.at(-1)!);
}

// What is said of the connections.

/** What stands before the first LSTM layer in the file, or gives as many numbers as it reads, and is not the head. */
function mayComeBefore(
  first: KerasBlock,
  dense: readonly DenseBlock[],
  others: readonly LooseLayer[],
  head: readonly DenseBlock[],
  { layers, isListed }: LooseLayers,
): string[] {
  const behind = new Set(head.map(({ layer }) => layer));
  const rest = [...dense.map(({ layer }) => layer), ...others].filter((layer) => !behind.has(layer));
  const at = layers.findIndex(({ name }) => name === first.name);
  return rest
    .filter((layer) =>
      isListed ? layers.indexOf(layer) < at : layer.arrays.some(({ shape }) => shape.at(-1) === first.inputs),
    )
    .map(({ name }) => `"${name}"`);
}

function connection(
  { blocks }: Stack<KerasBlock>,
  embedding: LooseLayer | undefined,
  head: readonly DenseBlock[],
  before: readonly string[],
): string {
  const reads = embedding === undefined ? 'the input itself' : `what the embedding "${embedding.name}" gives`;
  const names = head.map(({ name }) => `"${name}"`).join(' and ');
  const behind =
    names === ''
      ? ''
      : `, and ${names} ${head.length === 1 ? 'reads' : 'read'} what the last LSTM layer gives at every step`;
  const doubt =
    before.length === 0
      ? ''
      : ` But ${before.join(', ')} may come before it, and ${before.length === 1 ? 'is' : 'are'} left out.`;
  return `Weights alone do not say how layers are connected: it was assumed that "${blocks[0]!.name}" reads ${reads}${behind}.${doubt}`;
}
