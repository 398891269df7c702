// Keras weights alone: names and shapes tell which layers they make. How these are connected, and their functions, are not
// in the file: what is taken for granted is said, and only the first LSTM layer is opened unless more is asked for.
import { InputError } from '../../../base/errors.ts';
import type { RecurrentActivation } from '../../../lstm/parameters.ts';
import type {
  ForeignDense,
  ForeignEmbedding,
  ForeignLayer,
  ForeignLstm,
  ForeignNetwork,
  FunctionOptions,
  WiringOptions,
} from '../../foreign.ts';
import { inOrder, type LstmBlock, type Stack, saidOfStack, wireStack } from '../../stack.ts';
import { biasOf, describeLayouts, type Layout, looksLikeLstm, matrix, readLstm } from './arrays.ts';
import { hardSigmoid } from './functions.ts';
import { inOrderMade, type LooseLayer, type LooseLayers } from './loose-layers.ts';
import type { NamedArray } from './stored-weights.ts';

export type WeightsOptions = FunctionOptions & WiringOptions;

const isMatrix = ({ shape }: NamedArray) => shape.length === 2;

function isDense([kernel, bias, ...others]: readonly NamedArray[]): boolean {
  if (kernel === undefined || bias === undefined || others.length > 0) return false;
  return isMatrix(kernel) && bias.shape.length === 1 && bias.shape[0] === kernel.shape[1];
}

/** Halves, where there are the arrays of two directions. */
function directionsOf(arrays: readonly NamedArray[]): (readonly NamedArray[])[] {
  if (looksLikeLstm(arrays)) return [arrays];
  const halves = [arrays.slice(0, arrays.length / 2), arrays.slice(arrays.length / 2)];
  return arrays.length % 2 === 0 && halves.every(looksLikeLstm) ? halves : [];
}

/** Layers that do something in training alone, or only say what the input is. */
const IDLE =
  /^(dropout|spatial_?dropout\dd|gaussian_?(noise|dropout)|alpha_?dropout|activity_?regularization|input(_?layer)?)$/i;

interface KerasBlock extends LstmBlock, LooseLayer {
  readonly layout: Layout;
  readonly isFirst?: boolean;
}

interface DenseBlock {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly layer: LooseLayer;
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
  const gates = options.recurrentActivation ?? defaultGates(lstms, version);
  const functions = { cellActivation: options.cellActivation ?? 'tanh', recurrentActivation: gates } as const;
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
      advice,
      file,
    },
    options,
  );
  const reads =
    embedding !== undefined && stack.blocks[0]!.inputs === embedding.arrays[0]!.shape[1] ? embedding : undefined;
  const head = headOf(stack, dense, others);
  const isUsed = new Set([reads, ...head.dense.map(({ layer }) => layer)]);
  const between = rest.filter((layer) => !isUsed.has(layer) && !isBehind(layer, lstms, stored)).map(describe);
  const output = options.outputActivation ?? (reads === undefined ? 'linear' : 'softmax');
  const layers: ForeignLayer[] = [
    ...(reads === undefined ? [] : [embeddingLayer(reads, file)]),
    ...stack.blocks.flatMap((block) => block.layers),
    ...head.dense.map((block, index): ForeignDense => {
      const isLast = index === head.dense.length - 1;
      return denseLayer(block.layer, isLast ? output : (options.hiddenActivation ?? 'relu'), file);
    }),
  ];
  return {
    layers,
    ...describeLayouts(stack.all.map(({ layout }) => layout)),
    stateful: false,
    notes: [],
    assumed: [
      ...functionSentences(functions, head.dense, output, options, version),
      connection(stack, reads, head.dense, mayComeBefore(stack.blocks[0]!, dense, others, head.dense, stored)),
      ...saidOfStack(stack, between),
    ],
    ...(head.withoutHead === undefined ? {} : { withoutHead: head.withoutHead }),
    ...(stack.unwired === undefined ? {} : { unwired: stack.unwired }),
    ...(stack.all.length === stack.blocks.length ? {} : { lstms: stack.all.flatMap((block) => block.layers) }),
  };
}

const shapesOf = ({ arrays }: LooseLayer) =>
  arrays.length === 0 ? 'no arrays' : arrays.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
const describe = (layer: LooseLayer) => `"${layer.name}" (${shapesOf(layer)})`;

function nothingFound(layers: readonly LooseLayer[], file: string): InputError {
  const found = layers.filter(({ kind }) => !IDLE.test(kind));
  const empty = found.find(({ kind, arrays }) => /lstm|bidirectional/.test(kind) && arrays.length === 0);
  if (empty !== undefined) {
    return new InputError(
      `The layer "${empty.name}" has no arrays: it was saved before it was built, so there are no weights in the file.`,
      { file },
      'Call the model once on some input, or fit it, and save it again.',
    );
  }
  const holds = found.length === 0 ? 'none at all' : found.map(describe).join(', ');
  return new InputError(
    `None of its layers has the arrays of an LSTM layer; it has ${holds}.`,
    { file },
    'Give the weights of a model with an LSTM: a file of its weights alone will do.',
  );
}

// Functions.

const SIGMOID: RecurrentActivation = { kind: 'sigmoid' };

/** Keras's own, unless told otherwise: until 2.2 a hard sigmoid, but the logistic one where a graphics card computed. */
function defaultGates(lstms: readonly LooseLayer[], version: string | undefined): RecurrentActivation {
  const isTwelve = lstms.some(
    ({ arrays }) => arrays.length % 12 === 0 && arrays.some(({ name }) => /W_i(:0)?$/.test(name)),
  );
  const isCudnn = lstms.some(({ arrays }) =>
    arrays.some(({ shape }) => shape.length === 1 && shape[0] === 8 * (arrays[1]?.shape[0] ?? 0)),
  );
  return !isCudnn && (isTwelve || isBefore23(version)) ? hardSigmoid(1) : SIGMOID;
}

/** TensorFlow's own copy of Keras, `2.2.4-tf`, has changed its default at another time, and cannot be told by it. */
function isBefore23(version: string | undefined): boolean {
  const [, major = '', minor = ''] = /^(\d+)\.(\d+)[\d.]*$/.exec(version ?? '') ?? [];
  return major !== '' && (Number(major) < 2 || (Number(major) === 2 && Number(minor) < 3));
}

function nameGates(gates: RecurrentActivation): string {
  return gates.kind === 'hard-sigmoid' ? `a hard sigmoid, ${gates.slope}·x + ${gates.offset},` : 'the logistic sigmoid';
}

function functionSentences(
  { recurrentActivation }: { readonly recurrentActivation: RecurrentActivation },
  dense: readonly DenseBlock[],
  output: string,
  options: WeightsOptions,
  version: string | undefined,
): string[] {
  const hidden = dense.slice(0, -1).map(({ name }) => `"${name}"`);
  const assumed = [
    ...(options.cellActivation === undefined ? ['tanh in the cells (--cell-activation)'] : []),
    ...(options.recurrentActivation === undefined
      ? [`${nameGates(recurrentActivation)} at the gates (--recurrent-activation)`]
      : []),
    ...(hidden.length > 0 && options.hiddenActivation === undefined
      ? [`relu behind ${hidden.join(', ')} (--hidden-activation)`]
      : []),
    ...(dense.length > 0 && options.outputActivation === undefined
      ? [`${output} behind "${dense.at(-1)!.name}" (--output-activation)`]
      : []),
  ];
  if (assumed.length === 0) return [];
  const why =
    recurrentActivation.kind === 'hard-sigmoid'
      ? ' Until Keras 2.2 the gates had a hard sigmoid unless told otherwise.'
      : version !== undefined || options.recurrentActivation !== undefined
        ? ''
        : ' Before Keras 2.3 the gates had a hard sigmoid by default.';
  return [`The file does not say which functions its layers have. Assumed: ${assumed.join('; ')}.${why}`];
}

// Layers.

function blockOf(
  layer: LooseLayer,
  functions: Pick<ForeignLstm, 'cellActivation' | 'recurrentActivation'>,
  file: string,
): KerasBlock {
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

function isEmbedding(name: string, [table, ...others]: readonly NamedArray[]): boolean {
  if (table === undefined || others.length > 0 || !isMatrix(table)) return false;
  return /embedding/i.test(`${name}/${table.name}`);
}

function embeddingLayer({ name, arrays }: LooseLayer, file: string): ForeignEmbedding {
  return { kind: 'embedding', name, table: matrix(arrays[0]!, file) };
}

function denseBlock(layer: LooseLayer): DenseBlock {
  const [inputs, outputs] = layer.arrays[0]!.shape as [number, number];
  return { name: layer.name, inputs, outputs, layer };
}

function denseLayer({ name, arrays }: LooseLayer, activation: ForeignDense['activation'], file: string): ForeignDense {
  const kernel = matrix(arrays[0]!, file);
  return { kind: 'dense', name, kernel, bias: biasOf(arrays[1], kernel.columns, file), activation };
}

/** Whether a dense layer stands behind all LSTM layers, or may. */
function isBehind(layer: LooseLayer, lstms: readonly LooseLayer[], { layers, isListed }: LooseLayers): boolean {
  if (!isDense(layer.arrays)) return false;
  return !isListed || layers.indexOf(layer) > layers.indexOf(lstms.at(-1)!);
}

// The head, and what is said of the connections.

interface Head {
  readonly dense: readonly DenseBlock[];
  readonly withoutHead?: string;
}

function headOf(
  { blocks, unwired }: Stack<KerasBlock>,
  dense: readonly DenseBlock[],
  others: readonly LooseLayer[],
): Head {
  const rest = [...dense.map(({ layer }) => layer), ...others];
  const named = rest.map(describe).join(', ');
  if (unwired !== undefined) {
    return named === ''
      ? { dense: [] }
      : { dense: [], withoutHead: `What is not an LSTM layer is left out: ${named}.` };
  }
  if (rest.length === 0) return { dense: [] };
  if (others.length > 0) {
    const which = others.map(({ name }) => `"${name}"`).join(', ');
    return {
      dense: [],
      withoutHead: `What is not an LSTM layer is left out: ${named}. The file does not say where ${which} ${others.length === 1 ? 'belongs' : 'belong'}.`,
    };
  }
  const order = inOrder(dense, blocks.at(-1)!.outputs);
  if (order !== undefined) return { dense: order };
  return {
    dense: [],
    withoutHead: `The dense layers are left out: there is not one clear order in which ${named} follow an LSTM layer that gives ${blocks.at(-1)!.outputs} numbers.`,
  };
}

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
