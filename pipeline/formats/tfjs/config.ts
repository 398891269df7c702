// What the configuration of a layer may say. The defaults are TensorFlow.js's own: tanh and a hard sigmoid in a cell,
// nothing after a dense layer.
import { z } from 'zod';
import type { Activation, OutputActivation, RecurrentActivation } from '../../lstm/parameters.ts';
import { unsupported } from '../foreign.ts';
import { parseWith } from '../json.ts';
import type { Source } from './arrays.ts';
import { type LayerConfig, layerSchema, SAVE_AGAIN } from './topology.ts';

const flag = (fallback: boolean) =>
  z
    .boolean()
    .nullish()
    .transform((value) => value ?? fallback);
/** A function's name; null is the identity, as nothing is for a dense layer. */
const functionName = (fallback: string) =>
  z
    .string()
    .nullable()
    .default(fallback)
    .transform((name) => name ?? 'linear');
const count = z.int().positive();

export const lstmSchema = z.object({
  name: z.string(),
  units: count,
  activation: functionName('tanh'),
  recurrent_activation: functionName('hard_sigmoid'),
  use_bias: flag(true),
  return_sequences: flag(false),
  go_backwards: flag(false),
  stateful: flag(false),
});

export const denseSchema = z.object({
  name: z.string(),
  units: count,
  activation: functionName('linear'),
  use_bias: flag(true),
});
export const embeddingSchema = z.object({
  name: z.string(),
  input_dim: count,
  output_dim: count,
  mask_zero: flag(false),
});
export const activationSchema = z.object({ name: z.string(), activation: functionName('linear') });

/** A layer around another one. */
export const wrapperSchema = z.object({
  name: z.string(),
  layer: layerSchema,
  merge_mode: z.string().nullable().default('concat'),
});

export const parse = <T>(schema: z.ZodType<T>, { class_name, config }: LayerConfig, { file }: Source): T =>
  parseWith(schema, config, file, SAVE_AGAIN, class_name);

const ACTIVATIONS: readonly string[] = ['linear', 'tanh', 'sigmoid', 'relu'] satisfies Activation[];
const isActivation = (name: string): name is Activation => ACTIVATIONS.includes(name);

/** @throws {InputError} a function that no cell here has */
export function cellActivation(name: string, layer: string, file: string): Activation {
  if (isActivation(name)) return name;
  const fix = `Supported are ${ACTIVATIONS.join(', ')}.`;
  throw unsupported(`The layer "${layer}" has the activation ${name}`, { file }, fix);
}

/** @throws {InputError} a function that no dense layer here has */
export function outputActivation(name: string, layer: string, file: string): OutputActivation {
  return name === 'softmax' ? name : cellActivation(name, layer, file);
}

/** As Keras 1 and 2 have it, clip(0.2·x + 0.5, 0, 1). */
const HARD_SIGMOID: RecurrentActivation = { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 };

/** @throws {InputError} a function that no gate here has */
export function recurrentActivation(name: string, layer: string, file: string): RecurrentActivation {
  if (name === 'sigmoid') return { kind: 'sigmoid' };
  if (name === 'hard_sigmoid') return HARD_SIGMOID;
  const fix = 'Supported are sigmoid and hard_sigmoid.';
  throw unsupported(`The layer "${layer}" has the recurrent activation ${name}`, { file }, fix);
}
