// What a layer is written down from, as a part of a graph: its description, its arrays, and what it reads.
import { InputError } from '../../../../base/errors.ts';
import { Unsupported } from '../../../foreign.ts';
import type { PartWriter } from '../../../graph/part-writer.ts';
import type { LayerConfig } from '../model-config.ts';
import type { NamedArray, StoredWeights } from '../stored-weights.ts';

/** The sides of a value but for the first, which counts sequences; undefined for one of any length. */
export type Sides = readonly (number | undefined)[];

/** A value while a part is written. */
export interface Written {
  readonly name: string;
  /** Undefined where the model does not say them. */
  readonly sides: Sides | undefined;
}

export interface PartContext {
  readonly writer: PartWriter;
  readonly layer: LayerConfig;
  readonly arrays: readonly NamedArray[];
  readonly weights: StoredWeights;
  readonly inputs: readonly Written[];
  /** Names of the masks of the inputs, truths [1, steps]. */
  readonly masks: readonly (string | undefined)[];
  /** States that it starts from, of layers that have one. */
  readonly initial: readonly Written[];
  /** What its call was given by name. */
  readonly call: Readonly<Record<string, unknown>>;
  /** The major version of Keras. */
  readonly version: number;
  readonly file: string;
}

/** Writes a layer and returns what it gives out. */
export type WriteLayer = (context: PartContext) => readonly Written[];

/** A layer that cannot be written, named, with why. */
export function refuse({ layer, file }: Pick<PartContext, 'layer' | 'file'>, what: string): InputError {
  const fix = 'Only what lies behind it is out of reach; `weights` shows every LSTM and GRU layer, without it.';
  return new Unsupported(`The layer "${layer.name}" (${layer.className}) ${what}.`, { file }, fix);
}

/** What a layer reads first. */
export function read(context: PartContext): Written {
  const [input] = context.inputs;
  if (input === undefined) throw damaged(context, 'reads nothing');
  return input;
}

export function damaged({ layer, file }: Pick<PartContext, 'layer' | 'file'>, what: string): InputError {
  const fix = 'The file is damaged, or its description and its weights belong to different models: save it again.';
  return new InputError(`The layer "${layer.name}" (${layer.className}) ${what}.`, { file, tensor: layer.name }, fix);
}

/** The number of values of the last side, which has to be known. */
export function widthOf(context: PartContext, value = read(context)): number {
  const width = value.sides?.at(-1);
  if (width === undefined) throw refuse(context, 'reads a value whose width the model does not say');
  return width;
}

export function rankOf(context: PartContext, value = read(context)): number {
  if (value.sides === undefined) throw refuse(context, 'reads a value whose shape the model does not say');
  return value.sides.length + 1;
}

/** An option under any of the names that it has had; undefined where there is none, or null. */
export function option({ layer }: Pick<PartContext, 'layer'>, ...names: readonly string[]): unknown {
  return names.map((name) => layer.options[name]).find((value) => value !== undefined && value !== null);
}

/** A value of a description for a message: it may be nested without end. */
export function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'something else' : String(value);
}

/** A whole number, also where it stands alone in a list. */
export function integer(context: PartContext, otherwise: number, ...names: readonly string[]): number {
  const value = option(context, ...names);
  const single = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (single === undefined) return otherwise;
  if (typeof single === 'number' && Number.isInteger(single)) return single;
  throw damaged(context, `has ${shown(value)} as its ${names[0]}`);
}

export function number(context: PartContext, otherwise: number, ...names: readonly string[]): number {
  const value = option(context, ...names);
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw damaged(context, `has ${shown(value)} as its ${names[0]}`);
}

/** A list of whole numbers, also where it is one. */
export function integers(
  context: PartContext,
  otherwise: readonly number[],
  ...names: readonly string[]
): readonly number[] {
  const value = option(context, ...names);
  if (value === undefined) return otherwise;
  const list: unknown[] = [value].flat();
  if (list.every((item): item is number => typeof item === 'number' && Number.isInteger(item))) return list;
  throw damaged(context, `has ${shown(value)} as its ${names[0]}`);
}

/** Exactly so many arrays. */
export function arraysOf(context: PartContext, count: number): readonly NamedArray[] {
  const { arrays } = context;
  if (arrays.length === count) return arrays;
  if (arrays.length === 0) throw damaged(context, 'has no arrays, as if the model had been saved before it was built');
  throw damaged(context, `has ${arrays.length} arrays, where it needs ${count}`);
}

/** An array as a constant of the part. */
export const constant = ({ writer }: Pick<PartContext, 'writer'>, { data, shape }: NamedArray): string =>
  writer.floats(data, shape);
