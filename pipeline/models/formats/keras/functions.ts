// The names that Keras gives to functions, and what they mean in each of its versions.
import { InputError } from '../../../base/errors.ts';
import type { Activation, OutputActivation, RecurrentActivation } from '../../../lstm/parameters.ts';
import { unsupported } from '../../foreign.ts';
import type { LayerConfig } from './model-config.ts';

/** clip(x/5 + 1/2, 0, 1) until Keras 2, and clip(x/6 + 1/2, 0, 1), which is relu6(x + 3)/6, from Keras 3 on. */
export function hardSigmoid(version: number): RecurrentActivation {
  return { kind: 'hard-sigmoid', slope: version >= 3 ? 1 / 6 : 0.2, offset: 0.5 };
}

const CELL: Readonly<Record<string, Activation>> = {
  linear: 'linear',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  relu: 'relu',
};
const OUTPUT: Readonly<Record<string, OutputActivation>> = { ...CELL, softmax: 'softmax' };

/** A name, or from some versions an object that holds it; nothing stands for the identity. */
function functionName(layer: LayerConfig, option: string, file: string): string {
  const value = layer.options[option];
  if (value === null) return 'linear';
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && 'config' in value && typeof value.config === 'string') return value.config;
  throw new InputError(
    `The description of the layer "${layer.name}" does not name its ${option}.`,
    { file },
    'Build the model with a function of Keras itself, load its weights into it, and save it again.',
  );
}

function lookUp<T>(known: Readonly<Record<string, T>>, layer: LayerConfig, option: string, file: string): T {
  const name = functionName(layer, option, file);
  if (Object.hasOwn(known, name)) return known[name]!;
  const names = Object.keys(known).join(', ');
  throw unsupported(`The layer "${layer.name}" has the ${option} "${name}"`, { file }, `Supported are ${names}.`);
}

/** @throws {InputError} a function that is not supported, named; so do the others */
export function cellActivation(layer: LayerConfig, file: string): Activation {
  return lookUp(CELL, layer, 'activation', file);
}

export function outputActivation(layer: LayerConfig, file: string): OutputActivation {
  return lookUp(OUTPUT, layer, 'activation', file);
}

/** @param version the major version of Keras that the network was trained with */
export function recurrentActivation(layer: LayerConfig, version: number, file: string): RecurrentActivation {
  const option = 'inner_activation' in layer.options ? 'inner_activation' : 'recurrent_activation';
  const known = { sigmoid: { kind: 'sigmoid' } as const, hard_sigmoid: hardSigmoid(version) };
  return lookUp<RecurrentActivation>(known, layer, option, file);
}
