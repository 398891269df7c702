// Activation functions by Keras's names, and what they mean in each of its versions.
import { InputError } from '../../../base/errors.ts';
import type { CellActivation, OutputActivation, RecurrentActivation } from '../../../lstm/parameters.ts';
import { Unsupported, unsupported } from '../../foreign.ts';
import type { LayerConfig } from './model-config.ts';

/** clip(x/5 + 1/2, 0, 1) until Keras 2, and clip(x/6 + 1/2, 0, 1), which is relu6(x + 3)/6, from Keras 3 on. */
export function hardSigmoid(version: number) {
  return { kind: 'hard-sigmoid' as const, slope: version >= 3 ? 1 / 6 : 0.2, offset: 0.5 };
}

const DENSE = { linear: 'linear', tanh: 'tanh', sigmoid: 'sigmoid', relu: 'relu' } as const;
const OUTPUT: Readonly<Record<string, OutputActivation>> = { ...DENSE, softmax: 'softmax' };

/** All others that work element by element. */
const CELL: Readonly<Record<string, CellActivation>> = {
  ...DENSE,
  relu6: 'relu6',
  leaky_relu: 'leaky-relu(0.2)',
  elu: 'elu',
  celu: 'elu',
  selu: 'selu',
  exponential: 'exponential',
  softplus: 'softplus',
  softsign: 'softsign',
  log_sigmoid: 'log-sigmoid',
  hard_tanh: 'hard-tanh',
  silu: 'swish',
  swish: 'swish',
  hard_silu: 'hard-swish',
  hard_swish: 'hard-swish',
  mish: 'mish',
  gelu: 'gelu',
};

/** A function of a layer as its description names it: what it works with, and what it takes besides. */
export interface KerasFunction {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * A name, or from some versions an object that holds it, or a layer that is a function; nothing stands for the identity.
 * @throws {InputError} anything else, such as the bytes of a function of one's own
 */
export function functionOf(layer: LayerConfig, option: string, file: string): KerasFunction {
  const value = layer.options[option];
  if (value === null) return { name: 'linear', options: {} };
  if (typeof value === 'string') return { name: value, options: {} };
  if (typeof value === 'object' && 'config' in value) {
    const { config } = value;
    if (typeof config === 'string') return { name: config, options: {} };
    if (
      typeof config === 'object' &&
      config !== null &&
      'class_name' in value &&
      typeof value.class_name === 'string'
    ) {
      return { name: value.class_name, options: { ...config } };
    }
  }
  throw new Unsupported(
    `The description of the layer "${layer.name}" does not name its ${option}.`,
    { file },
    'Build the model with a function of Keras itself, load its weights into it, and save it again.',
  );
}

/** A layer that is a function, such as LeakyReLU, as a function of a cell; undefined of all others. */
export function elementFunction({ name, options }: KerasFunction, version: number): CellActivation | undefined {
  const number = (...keys: readonly string[]) =>
    keys.map((key) => options[key]).find((value) => typeof value === 'number');
  switch (name) {
    case 'hard_sigmoid': {
      const { slope, offset } = hardSigmoid(version);
      return `hard-sigmoid(${slope},${offset})`;
    }
    case 'LeakyReLU':
      return `leaky-relu(${number('negative_slope', 'alpha') ?? 0.3})`;
    case 'ELU':
      return `elu(${number('alpha') ?? 1})`;
    case 'ReLU': {
      const plain = (number('threshold') ?? 0) === 0 && (number('negative_slope') ?? 0) === 0;
      const most = number('max_value');
      if (!plain) return undefined;
      return most === undefined ? 'relu' : most === 6 ? 'relu6' : undefined;
    }
    default:
      return Object.hasOwn(CELL, name) ? CELL[name] : undefined;
  }
}

function lookUp<T>(found: T | undefined, layer: LayerConfig, option: string, name: string, file: string): T {
  if (found !== undefined) return found;
  const names = Object.keys(option === 'activation' ? { ...CELL, hard_sigmoid: '' } : CELL).join(', ');
  throw unsupported(`The layer "${layer.name}" has the ${option} "${name}"`, { file }, `Supported are ${names}.`);
}

/** @throws {InputError} a function that is not supported, named; so do the others */
export function cellActivation(layer: LayerConfig, version: number, file: string): CellActivation {
  const given = functionOf(layer, 'activation', file);
  return lookUp(elementFunction(given, version), layer, 'activation', given.name, file);
}

export function outputActivation(layer: LayerConfig, file: string): OutputActivation {
  const { name } = functionOf(layer, 'activation', file);
  if (Object.hasOwn(OUTPUT, name)) return OUTPUT[name]!;
  const fix = `Supported are ${Object.keys(OUTPUT).join(', ')}.`;
  throw unsupported(`The layer "${layer.name}" has the activation "${name}"`, { file }, fix);
}

/** @param version the major version of Keras that the network was trained with */
export function recurrentActivation(layer: LayerConfig, version: number, file: string): RecurrentActivation {
  const option = 'inner_activation' in layer.options ? 'inner_activation' : 'recurrent_activation';
  const given = functionOf(layer, option, file);
  if (given.name === 'sigmoid') return { kind: 'sigmoid' };
  if (given.name === 'hard_sigmoid') return hardSigmoid(version);
  return { kind: 'other', function: lookUp(elementFunction(given, version), layer, option, given.name, file) };
}

/** What Keras calls a function of a cell, as a layer's option. @throws {InputError} where it has no such name */
export function kerasName(activation: CellActivation, file: string): string {
  const name = Object.keys(CELL).find((known) => CELL[known] === activation);
  if (name !== undefined) return name;
  const fix = 'Export it to safetensors, which keeps every function.';
  throw new InputError(`Cells with ${activation} are not written as Keras.`, { file }, fix);
}
