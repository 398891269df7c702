// A network as another framework's file describes it, layer by layer, and how it becomes canonical parameters.
import { InputError, type Place } from '../base/errors.ts';
import { tellsSlope } from '../lstm/activations.ts';
import type { CellFunctions } from '../lstm/cell.ts';
import { GRU_GATES, type GruParameters } from '../lstm/gru.ts';
import {
  type Activation,
  type Architecture,
  type CellActivation,
  type DenseParameters,
  GATES,
  inputWidth,
  type LayerParameters,
  layerWidth,
  type Matrix,
  type OutputActivation,
  type Parameters,
  type RecurrentActivation,
} from '../lstm/parameters.ts';
import type { LayerChoice } from './layer-names.ts';

/** Functions of which a file may say nothing. */
export interface FunctionOptions {
  readonly cellActivation?: CellActivation;
  readonly recurrentActivation?: RecurrentActivation;
  readonly hiddenActivation?: Activation;
  readonly outputActivation?: OutputActivation;
}

/** How the layers of a file are connected that holds weights alone. */
export interface WiringOptions {
  /** Names of the LSTM layers or modules that are called one after the other; any others are left out. */
  readonly order?: readonly string[];
  /** Takes them all as a plain stack. */
  readonly assumeStack?: boolean;
  /** Path of the JSON that Keras's `model.to_json()` gives. */
  readonly architecture?: string;
  /** The layer that is asked for. */
  readonly layer?: LayerChoice;
}

/** What a file may leave open. */
export interface ReadOptions extends FunctionOptions, WiringOptions {}

/** Why some of a file's LSTM layers are not opened, and what opens them: a sentence each. */
export interface Unwired {
  readonly why: string;
  readonly fix: string;
}

/** What all kinds of layers have. */
interface Named {
  /** As the file calls it, for messages. */
  readonly name: string;
}

export interface ForeignEmbedding extends Named {
  readonly kind: 'embedding';
  /** [vocabulary, width] */
  readonly table: Matrix;
}

/** Arrays already have the canonical layout: one bias, gates in the order i f g o, kernels [inputs, 4·units]. */
export interface ForeignLstm extends Named, CellFunctions {
  readonly kind: 'lstm';
  readonly forward: LayerParameters;
  /** Of a layer that reads both ways and passes both on, side by side. */
  readonly backward?: LayerParameters;
  /** Both as the file has them, where a projection was multiplied into them. */
  readonly stored?: { readonly forward: StoredDirection; readonly backward?: StoredDirection };
}

/** A layer of GRU cells. Arrays have the layout of `gru.ts`: gates in the order r z n. */
export interface ForeignGru extends Named, CellFunctions {
  readonly kind: 'gru';
  readonly forward: GruParameters;
  readonly backward?: GruParameters;
}

export interface ForeignDense extends Named {
  readonly kind: 'dense';
  readonly kernel: Matrix;
  /** [1, outputs]; zeros where the file has none. */
  readonly bias: Matrix;
  readonly activation: OutputActivation;
}

/** One direction of a layer as its file stores it, where that is otherwise than it is computed here. */
export interface StoredDirection extends LayerParameters {
  /** [units, numbers]: what makes the numbers that the layer gives of what its cells give, where it projects them. */
  readonly projection?: Matrix;
}

export type ForeignLayer = ForeignEmbedding | ForeignLstm | ForeignGru | ForeignDense;

/** Whether a layer is one of LSTM or GRU cells. */
export function isRecurrent(layer: ForeignLayer): layer is ForeignLstm | ForeignGru {
  return layer.kind === 'lstm' || layer.kind === 'gru';
}

export interface ForeignNetwork {
  /** What kind of file it was, as `Keras 2, HDF5`. */
  readonly format: string;
  /** First to last; dropout, which does nothing once a network is trained, is left out. */
  readonly layers: readonly ForeignLayer[];
  /** The order of the gates in the file, as `i f c o`. */
  readonly gateOrder: string;
  /** How the file holds the biases, as `two, added`. */
  readonly biases: string;
  /** Whether the state is carried from one series to the next. */
  readonly stateful: boolean;
  /** The characters of the vocabulary, where the file names them. */
  readonly vocabulary?: readonly string[];
  /** What a reader of the table should know, such as what was left out. */
  readonly notes: readonly string[];
  /** What the file does not say and was assumed: sentences, told wherever numbers are shown that rest on them. */
  readonly assumed?: readonly string[];
  /**
   * Why there are no layers here behind the last LSTM layer although the file has some: a sentence that names them, and
   * says why they are left out. The gates do not depend on them.
   */
  readonly withoutHead?: string;
  /** The option that the layers behind the last LSTM layer need to be opened, as `--hidden-activation`. */
  readonly headOption?: string;
  /** Every LSTM and GRU layer of the file, where `layers` has not all of them; those that it has come first. */
  readonly lstms?: readonly (ForeignLstm | ForeignGru)[];
  /** Why `layers` has not all of them. */
  readonly unwired?: Unwired;
  /**
   * The file's own framework, where it runs here: what it gives for a sequence from the zero state.
   * @param sequence [steps, inputs], or [steps] numbers of characters where there is an embedding
   * @returns [steps, outputs], or [outputs] where it gives the last step's alone
   */
  run?(sequence: Float32Array, steps: number): Promise<Float32Array>;
  /** The only count of steps that `run` takes, where the file fixes it. */
  readonly runSteps?: number;
}

export interface CanonicalNetwork {
  readonly architecture: Architecture;
  readonly parameters: Parameters;
}

/**
 * Puts the layers together: an embedding or none, LSTM layers or GRU layers, dense layers or none.
 * @param reads whether an input that is not an embedding's is a one-hot character or a row of numbers
 * @throws InputError layers in another order or that do not fit each other, functions that differ from layer to layer,
 *   numbers that are not finite
 */
export function canonical(network: ForeignNetwork, reads: 'characters' | 'numbers', file: string): CanonicalNetwork {
  const { layers } = network;
  checkOrder(layers, file);
  for (const layer of layers) checkNumbers(layer, file);
  const embedding = layers.find((layer) => layer.kind === 'embedding');
  const lstm = layers.filter(isRecurrent);
  const dense = layers.filter((layer) => layer.kind === 'dense');
  const [first] = lstm;
  if (first === undefined)
    throw unsupported('It has no LSTM or GRU layer', { file }, 'Import a network with at least one.');
  const output = dense.at(-1);
  const hidden = dense.slice(0, -1).map((layer) => {
    if (layer.activation !== 'softmax') return { units: layer.kernel.columns, activation: layer.activation };
    throw unsupported(`The dense layer "${layer.name}" has a softmax below another layer`, { file });
  });
  const architecture: Architecture = {
    ...(embedding === undefined && reads === 'numbers' ? { reads } : {}),
    inputs: embedding?.table.rows ?? first.forward.kernel.rows,
    ...(embedding === undefined ? {} : { embedding: embedding.table.columns }),
    units: lstm.map(({ forward }) => forward.recurrentKernel.rows),
    ...(lstm.some(({ backward }) => backward !== undefined)
      ? { bidirectional: lstm.map(({ backward }) => backward !== undefined) }
      : {}),
    ...(hidden.length === 0 ? {} : { hidden }),
    outputs: output?.kernel.columns ?? 0,
    ...(output === undefined || output.activation === 'softmax' ? {} : { outputActivation: output.activation }),
    cellActivation: first.cellActivation,
    recurrentActivation: first.recurrentActivation,
    ...(first.kind === 'lstm' ? {} : { cell: { kind: 'gru', resetsAfter: first.forward.recurrentBias !== undefined } }),
  };
  checkSameCells(lstm, file);
  checkWhole(first, file);
  const other = lstm.find((layer) => !sameFunctions(layer, first));
  if (other !== undefined) throw unsupported(`"${other.name}" has other activations than "${first.name}"`, { file });
  lstm.forEach((layer, index) => {
    checkRecurrent(layer, inputWidth(architecture, index), file);
  });
  dense.reduce((width, layer) => checkDense(layer, width, file), layerWidth(architecture, lstm.length - 1));
  return {
    architecture,
    parameters: {
      ...(embedding === undefined ? {} : { embedding: embedding.table }),
      layers: lstm.map(({ forward }) => forward),
      backward: lstm.map(({ backward }) => backward),
      dense: dense.map(({ kernel, bias }): DenseParameters => ({ kernel, bias })),
    },
  };
}

/** What a file holds that cannot be computed whole, though its LSTM layers may be opened by themselves. */
export class Unsupported extends InputError {}

/** What the pipeline cannot read, named, with what to do. */
export function unsupported(
  what: string,
  place: Place,
  fix = 'Supported are an embedding, LSTM or GRU layers in one or both directions, dropout, and dense layers, in this order.',
): Unsupported {
  return new Unsupported(`${what}, which is not supported.`, place, fix);
}

/** What a network is measured by takes gates between 0 and 1, and cells whose values tell the slope of their function. */
function checkWhole({ name, cellActivation, recurrentActivation }: ForeignLstm | ForeignGru, file: string): void {
  const fix = '`cellarium inspect`, `weights` and `trace` open it all the same.';
  if (recurrentActivation.kind === 'other') {
    throw unsupported(`"${name}" has gates with ${recurrentActivation.function}, not from 0 to 1`, { file }, fix);
  }
  if (tellsSlope(cellActivation)) return;
  throw unsupported(`"${name}" has cells with ${cellActivation}, whose value does not tell its slope`, { file }, fix);
}

/** A network is computed whole where all its layers have the same equations. */
function checkSameCells(layers: readonly (ForeignLstm | ForeignGru)[], file: string): void {
  const [first] = layers;
  const resets = (layer: ForeignLstm | ForeignGru) => layer.forward.recurrentBias !== undefined;
  for (const layer of layers) {
    if (layer.kind !== first!.kind) {
      const [lstm, gru] = layer.kind === 'gru' ? [first!, layer] : [layer, first!];
      throw unsupported(`"${lstm.name}" is an LSTM layer and "${gru.name}" a GRU layer, in one stack`, { file });
    }
    if (resets(layer) === resets(first!)) continue;
    throw unsupported(
      `One of the GRU layers "${first!.name}" and "${layer.name}" resets before the product, one after`,
      {
        file,
      },
    );
  }
}

const RANK = { embedding: 0, lstm: 1, gru: 1, dense: 2 } as const;

function checkOrder(layers: readonly ForeignLayer[], file: string): void {
  layers.forEach((layer, index) => {
    const before = layers[index - 1];
    if (before === undefined || RANK[before.kind] < RANK[layer.kind]) return;
    if (RANK[before.kind] === RANK[layer.kind] && layer.kind !== 'embedding') return;
    throw unsupported(`The layer "${layer.name}" (${layer.kind}) comes after "${before.name}" (${before.kind})`, {
      file,
    });
  });
}

function matricesOf(layer: ForeignLayer): Matrix[] {
  if (layer.kind === 'embedding') return [layer.table];
  if (layer.kind === 'dense') return [layer.kernel, layer.bias];
  const { forward, backward } = layer;
  return [forward, ...(backward === undefined ? [] : [backward])].flatMap((part) => [
    part.kernel,
    part.recurrentKernel,
    part.bias,
    ...(part.recurrentBias === undefined ? [] : [part.recurrentBias]),
  ]);
}

function checkNumbers(layer: ForeignLayer, file: string): void {
  for (const { data } of matricesOf(layer)) {
    const index = data.findIndex((value) => !Number.isFinite(value));
    if (index < 0) continue;
    throw new InputError(
      `The weights of the layer hold ${data[index]}, which no network can compute with.`,
      { file, tensor: layer.name },
      'Its training diverged, or the file is damaged: take an earlier one.',
    );
  }
}

/** Whether two layers have the same functions in their cells. */
export function sameFunctions(a: CellFunctions, b: CellFunctions): boolean {
  const sameGates = JSON.stringify(a.recurrentActivation) === JSON.stringify(b.recurrentActivation);
  return sameGates && a.cellActivation === b.cellActivation;
}

const shape = ({ rows, columns }: Matrix) => `[${rows}, ${columns}]`;

function expectShape(matrix: Matrix, rows: number, columns: number, what: string, name: string, file: string): void {
  if (matrix.rows === rows && matrix.columns === columns && matrix.data.length === rows * columns) return;
  throw new InputError(
    `The ${what} has the shape ${shape(matrix)}, where the layers before it ask for [${rows}, ${columns}].`,
    { file, tensor: name },
    'The file is damaged, or its layers belong to different networks: save the model again.',
  );
}

function checkRecurrent(layer: ForeignLstm | ForeignGru, inputs: number, file: string): void {
  const { kind, name, forward, backward } = layer;
  const units = forward.recurrentKernel.rows;
  const columns = units * (kind === 'lstm' ? GATES.length : GRU_GATES.length);
  for (const part of backward === undefined ? [forward] : [forward, backward]) {
    expectShape(part.kernel, inputs, columns, 'kernel', name, file);
    expectShape(part.recurrentKernel, units, columns, 'recurrent kernel', name, file);
    expectShape(part.bias, 1, columns, 'bias', name, file);
    if (part.recurrentBias !== undefined) expectShape(part.recurrentBias, 1, columns, 'recurrent bias', name, file);
  }
}

function checkDense({ name, kernel, bias }: ForeignDense, inputs: number, file: string): number {
  expectShape(kernel, inputs, kernel.columns, 'dense kernel', name, file);
  expectShape(bias, 1, kernel.columns, 'dense bias', name, file);
  return kernel.columns;
}
