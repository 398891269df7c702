// The tensors of a state dict, gathered into the modules that they belong to: nn.LSTM, and what has a weight.
import { InputError } from '../../../base/errors.ts';
import type { Tensor } from '../../../files/safetensors.ts';
import type { LayerParameters, Matrix } from '../../../lstm/parameters.ts';
import { unsupported } from '../../foreign.ts';
import { addBiases, fromGateRows } from '../../gate-rows.ts';

/** The order of the gates' rows in PyTorch. */
export const GATE_ORDER = ['i', 'f', 'g', 'o'] as const;

export interface LstmModule extends Module {
  readonly layers: readonly { readonly forward: LayerParameters; readonly backward?: LayerParameters }[];
  readonly hasBias: boolean;
}

/** An nn.Linear, or an nn.Embedding, which has no bias either. */
export interface WeightModule extends Module {
  /** [outputs, inputs]; of an embedding [vocabulary, width] */
  readonly weight: Matrix;
  readonly bias?: Matrix;
}

type Tensors = ReadonlyMap<string, Tensor>;

const LSTM_TENSOR =
  /^(?<prefix>(?:.*\.)?)(?<part>(?:weight|bias)_(?:ih|hh|hr))(?<layer>(?:_l\d+)?)(?<reverse>(?:_reverse)?)$/;
const WEIGHT_TENSOR = /^(?<prefix>(?:.*\.)?)(?:weight|bias)$/;

/** @throws {InputError} a tensor that belongs to neither kind, is missing or has a shape that its module cannot have */
export function findModules(tensors: Tensors, file: string): { lstms: LstmModule[]; weights: WeightModule[] } {
  const lstms = new Set<string>();
  const weights = new Set<string>();
  for (const [name, { shape }] of tensors) {
    if (shape.includes(0)) throw new InputError(`Its shape [${shape}] holds nothing.`, { file, tensor: name }, AGAIN);
    const lstm = LSTM_TENSOR.exec(name)?.groups;
    const weight = WEIGHT_TENSOR.exec(name)?.groups;
    if (lstm?.part === 'weight_hr') {
      throw unsupported('The LSTM projects its hidden state (proj_size)', { file, tensor: name }, 'Train one without.');
    }
    if (lstm !== undefined) lstms.add(lstm.prefix!);
    else if (weight !== undefined) weights.add(weight.prefix!);
    else
      throw unsupported('It is a tensor of neither an LSTM, an embedding nor a linear layer', { file, tensor: name });
  }
  return {
    lstms: [...lstms].map((prefix) => lstmModule(prefix, tensors, file)),
    weights: [...weights].map((prefix) => weightModule(prefix, tensors, file)),
  };
}

const AGAIN = 'The file is damaged, or not a state dict: save the model again.';

const nameOf = (prefix: string) => prefix.replace(/\.$/, '');

function matrixOf(tensors: Tensors, name: string, rank: 1 | 2, file: string): Matrix {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    const fix = 'Save the whole state dict; a weight that is shared must be saved under both its names.';
    throw new InputError('It is missing, though tensors beside it are there.', { file, tensor: name }, fix);
  }
  const { shape, data } = tensor;
  if (shape.length !== rank) {
    throw unsupported(`It has the shape [${shape}], where an LSTM, an embedding or a linear layer has ${rank} axes`, {
      file,
      tensor: name,
    });
  }
  return { rows: shape[0]!, columns: shape[1] ?? 1, data };
}

function weightModule(prefix: string, tensors: Tensors, file: string): WeightModule {
  const weight = matrixOf(tensors, `${prefix}weight`, 2, file);
  const module = { name: nameOf(prefix), inputs: weight.columns, outputs: weight.rows, weight };
  if (!tensors.has(`${prefix}bias`)) return module;
  const bias = matrixOf(tensors, `${prefix}bias`, 1, file);
  expectRows(bias, weight.rows, `${prefix}bias`, file);
  return { ...module, bias: { rows: 1, columns: bias.rows, data: bias.data } };
}

function expectRows({ rows }: Matrix, expected: number, tensor: string, file: string): void {
  if (rows === expected) return;
  throw new InputError(
    `It has ${rows} rows, where the tensors beside it ask for ${expected}.`,
    { file, tensor },
    AGAIN,
  );
}

function lstmModule(prefix: string, tensors: Tensors, file: string): LstmModule {
  const isCell = tensors.has(`${prefix}weight_hh`);
  const suffix = (layer: number) => (isCell ? '' : `_l${layer}`);
  const hasBias = tensors.has(`${prefix}bias_ih${suffix(0)}`) || tensors.has(`${prefix}bias_hh${suffix(0)}`);
  const direction = (end: string) => readDirection(prefix, end, hasBias, tensors, file);
  const layers: LstmModule['layers'][number][] = [];
  do {
    const end = suffix(layers.length);
    const reverse = `${end}_reverse`;
    const readsBack = tensors.has(`${prefix}weight_hh${reverse}`);
    layers.push({ forward: direction(end), ...(readsBack ? { backward: direction(reverse) } : {}) });
  } while (!isCell && tensors.has(`${prefix}weight_hh${suffix(layers.length)}`));
  // Every tensor of the module must be in a layer that was read: four for each direction, or two without biases.
  const directions = layers.reduce((sum, { backward }) => sum + (backward === undefined ? 1 : 2), 0);
  const own = [...tensors.keys()].filter((name) => LSTM_TENSOR.exec(name)?.groups?.prefix === prefix);
  if (own.length !== directions * (hasBias ? 4 : 2)) {
    throw new InputError(
      `The module has the tensors ${own.join(', ')}, of which some have no counterpart in another layer or direction.`,
      { file, tensor: own.at(-1)! },
      AGAIN,
    );
  }
  const top = layers.at(-1)!;
  const width = top.forward.recurrentKernel.rows * (top.backward === undefined ? 1 : 2);
  return { name: nameOf(prefix), inputs: layers[0]!.forward.kernel.rows, outputs: width, layers, hasBias };
}

const OTHER_CELLS: Record<number, string> = { 1: 'a plain recurrent layer (RNN)', 3: 'a GRU' };

function readDirection(prefix: string, end: string, hasBias: boolean, tensors: Tensors, file: string): LayerParameters {
  const name = (part: string) => `${prefix}${part}${end}`;
  const recurrent = matrixOf(tensors, name('weight_hh'), 2, file);
  const place = { file, tensor: name('weight_hh') };
  const blocks = recurrent.rows / recurrent.columns;
  if (OTHER_CELLS[blocks] !== undefined)
    throw unsupported(`It belongs to ${OTHER_CELLS[blocks]}`, place, 'Import an LSTM.');
  if (blocks !== 4) {
    const shape = `[${recurrent.rows}, ${recurrent.columns}]`;
    throw new InputError(
      `It has the shape ${shape}, where an LSTM has four times as many rows as columns.`,
      place,
      AGAIN,
    );
  }
  const part = (tensor: string, rank: 1 | 2) => {
    const rows = matrixOf(tensors, name(tensor), rank, file);
    expectRows(rows, recurrent.rows, name(tensor), file);
    return fromGateRows(rows, GATE_ORDER);
  };
  return {
    kernel: part('weight_ih', 2),
    recurrentKernel: fromGateRows(recurrent, GATE_ORDER),
    bias: hasBias
      ? addBiases(part('bias_ih', 1), part('bias_hh', 1))
      : { rows: 1, columns: recurrent.rows, data: new Float32Array(recurrent.rows) },
  };
}

// In which order modules are called. A state dict does not say; their widths and names tell as far as they can.

/** A module, by what it reads and what it gives. */
export interface Module {
  /** Its path in the network, as `decoder.0`; empty for the network itself. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** With more modules than this the orders are too many to try. */
const MOST_TRIED = 6;

/** The order of their numbers, where the names differ in nothing else, as lstm1 and lstm2. */
export function numbered<M extends Module>(modules: readonly M[]): M[] | undefined {
  const stems = new Set(modules.map(({ name }) => name.replaceAll(/\d+/g, '0')));
  if (stems.size > 1) return undefined;
  return modules.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function fits(modules: readonly Module[], width: number): boolean {
  return modules.every(({ inputs }, index) => inputs === (modules[index - 1]?.outputs ?? width));
}

/** Every order in which each module reads as many values as the one before it gives. */
function fittingOrders<M extends Module>(modules: readonly M[], width: number): M[][] {
  if (modules.length === 0) return [[]];
  return modules.flatMap((first, index) =>
    first.inputs === width
      ? fittingOrders(modules.toSpliced(index, 1), first.outputs).map((rest) => [first, ...rest])
      : [],
  );
}

/**
 * The order of modules that are called one after the other, from a width on: the numbered one if it fits, else the only
 * one that fits; undefined where there is none, or more than one.
 */
export function inOrder<M extends Module>(modules: readonly M[], width: number): M[] | undefined {
  const byNumber = numbered(modules);
  if (byNumber !== undefined && fits(byNumber, width)) return byNumber;
  if (modules.length > MOST_TRIED) return undefined;
  const [order, ...others] = fittingOrders(modules, width);
  return others.length === 0 ? order : undefined;
}
