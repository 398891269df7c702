// The tensors of a state dict, gathered into the modules that they belong to: nn.LSTM and nn.GRU with their cells, what may be an
// nn.Linear or nn.Embedding, and all else, which is listed.
import { InputError } from '../../../base/errors.ts';
import type { LayerParameters, Matrix } from '../../../lstm/parameters.ts';
import { type StoredDirection, unsupported } from '../../foreign.ts';
import { addBiases, fromGateRows, transposed } from '../../gate-rows.ts';
import type { Block } from '../../stack.ts';
import { type GruModule, gruModule } from './gru.ts';
import { AGAIN, checkModule, expectRows, LSTM_TENSOR, matrixOf, type Tensors } from './recurrent-tensors.ts';
import type { OtherTensor, StateDict } from './state-dict.ts';

/** The order of the gates' rows in PyTorch. */
export const GATE_ORDER = ['i', 'f', 'g', 'o'] as const;

export interface StoredLayer {
  readonly forward: StoredDirection;
  readonly backward?: StoredDirection;
}

/** An nn.LSTM, or an nn.LSTMCell, which has one layer. */
export interface LstmModule extends Block {
  readonly layers: readonly StoredLayer[];
  readonly hasBias: boolean;
}

/** An nn.Linear, or an nn.Embedding, which has no bias either. */
export interface WeightModule extends Block {
  /** [outputs, inputs]; of an embedding [vocabulary, width] */
  readonly weight: Matrix;
  readonly bias?: Matrix;
}

/** What is none of these. */
export interface OtherModule {
  readonly name: string;
  /** Its tensors' shapes by their names in the module. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** What it is, where its tensors tell: `a plain recurrent layer (RNN)`. */
  readonly kind?: string;
}

export interface Modules {
  readonly lstms: readonly LstmModule[];
  readonly grus: readonly GruModule[];
  readonly weights: readonly WeightModule[];
  readonly others: readonly OtherModule[];
  readonly notes: readonly string[];
}

const WEIGHT_TENSOR = /^(?<prefix>(?:.*\.)?)(?<part>weight|bias)$/;

const nameOf = (prefix: string) => prefix.replace(/\.$/, '');

/** @throws {InputError} a tensor of an LSTM that is missing, is no floating-point one, or has a shape that it cannot have */
export function findModules(dict: StateDict, file: string): Modules {
  const { tensors, notes } = withRawWeights(dict.tensors);
  const lstms = new Map<string, string | undefined>();
  const plain = new Map<string, Map<string, readonly number[]>>();
  for (const [name, { shape }] of [...tensors, ...dict.others]) {
    const lstm = LSTM_TENSOR.exec(name)?.groups;
    if (lstm !== undefined) {
      checkFloat(name, dict.others, file);
      lstms.set(lstm.prefix!, undefined);
      continue;
    }
    const [prefix, part] = split(name);
    plain.set(prefix, (plain.get(prefix) ?? new Map<string, readonly number[]>()).set(part, shape));
  }
  for (const prefix of lstms.keys()) lstms.set(prefix, otherCell(prefix, tensors));
  const isLstm = ([, kind]: readonly [string, string | undefined]) => kind === undefined;
  const found = [...lstms].filter(isLstm).map(([prefix]) => lstmModule(prefix, tensors, file));
  const isGru = ([, kind]: readonly [string, string | undefined]) => kind === GRU;
  const grus = [...lstms].filter(isGru).map(([prefix]) => gruModule(prefix, tensors, file));
  const cells = [...lstms].filter((entry) => !isLstm(entry) && !isGru(entry));
  if (found.length + grus.length === 0 && cells[0] !== undefined) {
    const [prefix, kind] = cells[0];
    throw unsupported(
      `It belongs to ${kind}`,
      { file, tensor: recurrentName(prefix, tensors) },
      'Give a file with an LSTM or a GRU.',
    );
  }
  const weights: WeightModule[] = [];
  const others: OtherModule[] = cells.map(([prefix, kind]) => ({
    name: nameOf(prefix),
    shapes: shapesOf(prefix, tensors),
    kind: kind!,
  }));
  for (const [prefix, shapes] of plain) {
    const module = weightModule(prefix, [...shapes.keys()], tensors);
    if (module === undefined) others.push({ name: nameOf(prefix), shapes });
    else weights.push(module);
  }
  return { lstms: found, grus, weights, others, notes };
}

/** The path of a tensor's module with its dot, and the tensor's name in it; a name without a dot is a module's own. */
function split(name: string): [prefix: string, part: string] {
  const weight = WEIGHT_TENSOR.exec(name)?.groups;
  if (weight !== undefined) return [weight.prefix!, weight.part!];
  const at = name.lastIndexOf('.');
  return at < 0 ? [name, ''] : [name.slice(0, at + 1), name.slice(at + 1)];
}

function checkFloat(name: string, others: ReadonlyMap<string, OtherTensor>, file: string): void {
  const other = others.get(name);
  if (other === undefined) return;
  throw new InputError(
    `It is stored as ${other.dtype}, not as floating-point numbers.`,
    { file, tensor: name },
    'Save the weights as float32: a quantised model must be dequantised first. The weights alone will do.',
  );
}

/**
 * AWD-LSTM drops recurrent weights at random in training: those that it has learned are kept as `weight_hh_l0_raw`, and
 * `weight_hh_l0` holds what was left of them at the last step.
 */
function withRawWeights(tensors: Tensors): { tensors: Tensors; notes: string[] } {
  const raw = [...tensors.keys()].filter((name) => /(^|\.)weight_hh_l\d+(_reverse)?_raw$/.test(name));
  if (raw.length === 0) return { tensors, notes: [] };
  const found = new Map(tensors);
  for (const name of raw) {
    const plain = name.slice(0, -'_raw'.length);
    const inner = plain.replace(/(?=weight_hh_l\d+(_reverse)?$)/, 'module.');
    const target = tensors.has(inner.replace('weight_hh', 'weight_ih')) ? inner : plain;
    found.set(target, tensors.get(name)!);
    found.delete(name);
  }
  const note = `The recurrent weights are those called ${raw.map((name) => `"${name}"`).join(', ')}, as trained: what the file calls weight_hh without "_raw" has some of them dropped.`;
  return { tensors: found, notes: [note] };
}

function shapesOf(prefix: string, tensors: Tensors): Map<string, readonly number[]> {
  const own = [...tensors].filter(([name]) => LSTM_TENSOR.exec(name)?.groups?.prefix === prefix);
  return new Map(own.map(([name, { shape }]) => [name.slice(prefix.length), shape]));
}

const recurrentName = (prefix: string, tensors: Tensors) =>
  [`${prefix}weight_hh_l0`, `${prefix}weight_hh`].find((name) => tensors.has(name)) ?? prefix;

const GRU = 'a GRU';
const OTHER_CELLS: Record<number, string> = { 1: 'a plain recurrent layer (RNN)', 3: GRU };

/** What a module is that is no LSTM, by how many blocks of rows its recurrent weights have; undefined for an LSTM. */
function otherCell(prefix: string, tensors: Tensors): string | undefined {
  if (tensors.has(`${prefix}weight_hr_l0`)) return undefined;
  const [rows = 0, columns = 0] = tensors.get(recurrentName(prefix, tensors))?.shape ?? [];
  return OTHER_CELLS[rows / columns];
}

/** A matrix, and perhaps a bias as long as it has rows; undefined for anything else. */
function weightModule(prefix: string, parts: readonly string[], tensors: Tensors): WeightModule | undefined {
  const [weight, bias] = [tensors.get(`${prefix}weight`), tensors.get(`${prefix}bias`)];
  if (weight?.shape.length !== 2 || weight.shape.includes(0)) return undefined;
  if (parts.some((part) => part !== 'weight' && part !== 'bias')) return undefined;
  const [rows, columns] = weight.shape as [number, number];
  const module = { name: nameOf(prefix), inputs: columns, outputs: rows, weight: { rows, columns, data: weight.data } };
  if (bias === undefined) return parts.includes('bias') ? undefined : module;
  if (bias.shape.length !== 1 || bias.shape[0] !== rows) return undefined;
  return { ...module, bias: { rows: 1, columns: rows, data: bias.data } };
}

function lstmModule(prefix: string, tensors: Tensors, file: string): LstmModule {
  const isCell = tensors.has(`${prefix}weight_hh`);
  const suffix = (layer: number) => (isCell ? '' : `_l${layer}`);
  const hasBias = tensors.has(`${prefix}bias_ih${suffix(0)}`) || tensors.has(`${prefix}bias_hh${suffix(0)}`);
  const projects = tensors.has(`${prefix}weight_hr${suffix(0)}`);
  const direction = (end: string) => readDirection(prefix, end, { hasBias, projects }, tensors, file);
  const layers: StoredLayer[] = [];
  do {
    const end = suffix(layers.length);
    const reverse = `${end}_reverse`;
    const readsBack = tensors.has(`${prefix}weight_hh${reverse}`);
    layers.push({ forward: direction(end), ...(readsBack ? { backward: direction(reverse) } : {}) });
  } while (!isCell && tensors.has(`${prefix}weight_hh${suffix(layers.length)}`));
  // Two tensors for each direction, four with biases, and one more where it projects.
  checkModule(tensors, prefix, layers, (hasBias ? 4 : 2) + (projects ? 1 : 0), widthOf, file);
  return {
    name: nameOf(prefix),
    inputs: layers[0]!.forward.kernel.rows,
    outputs: widthOf(layers.at(-1)!),
    layers,
    hasBias,
  };
}

/** How many numbers a layer gives at a step. */
function widthOf({ forward, backward }: StoredLayer): number {
  return (forward.projection?.columns ?? forward.recurrentKernel.rows) * (backward === undefined ? 1 : 2);
}

function readDirection(
  prefix: string,
  end: string,
  { hasBias, projects }: { hasBias: boolean; projects: boolean },
  tensors: Tensors,
  file: string,
): StoredDirection {
  const name = (part: string) => `${prefix}${part}${end}`;
  const recurrent = matrixOf(tensors, name('weight_hh'), 2, file);
  const projection = projects ? matrixOf(tensors, name('weight_hr'), 2, file) : undefined;
  const units = projection?.columns ?? recurrent.columns;
  if (recurrent.rows !== 4 * units) {
    const shape = `[${recurrent.rows}, ${recurrent.columns}]`;
    throw new InputError(
      `It has the shape ${shape}, where an LSTM of ${units} units has four times as many rows.`,
      { file, tensor: name('weight_hh') },
      AGAIN,
    );
  }
  if (projection !== undefined) expectRows(projection, recurrent.columns, name('weight_hr'), file);
  const part = (tensor: string, rank: 1 | 2) => {
    const rows = matrixOf(tensors, name(tensor), rank, file);
    expectRows(rows, recurrent.rows, name(tensor), file);
    return fromGateRows(rows, GATE_ORDER);
  };
  const direction: LayerParameters = {
    kernel: part('weight_ih', 2),
    recurrentKernel: fromGateRows(recurrent, GATE_ORDER),
    bias: hasBias
      ? addBiases(part('bias_ih', 1), part('bias_hh', 1))
      : { rows: 1, columns: recurrent.rows, data: new Float32Array(recurrent.rows) },
  };
  return projection === undefined ? direction : { ...direction, projection: transposed(projection) };
}
