// Activation functions as operators.
import type { PartWriter } from '../../../graph/part-writer.ts';
import { elementFunction, functionOf, type KerasFunction } from '../functions.ts';
import { damaged, option, type PartContext, read, refuse, type WriteLayer } from './context.ts';

/** @returns undefined for a function that has no operators here */
function writeElement(writer: PartWriter, x: string, name: string, numbers: readonly number[]): string | undefined {
  const [first = 0, second = 0] = numbers;
  const one = (operator: string, attributes = {}) => writer.node(operator, [x], attributes);
  const clip = (low: number, high: number) => writer.node('Clip', [x, writer.scalar(low), writer.scalar(high)]);
  switch (name) {
    case 'linear':
      return x;
    case 'tanh':
      return one('Tanh');
    case 'sigmoid':
      return one('Sigmoid');
    case 'relu':
      return one('Relu');
    case 'leaky-relu':
      return one('LeakyRelu', { alpha: { float: first } });
    case 'relu6':
      return clip(0, 6);
    case 'elu':
      return one('Elu', { alpha: { float: numbers.length === 0 ? 1 : first } });
    case 'selu':
      return one('Selu');
    case 'exponential':
      return one('Exp');
    case 'softplus':
      return one('Softplus');
    case 'softsign':
      return one('Softsign');
    case 'log-sigmoid':
      return writer.node('Neg', [writer.node('Softplus', [one('Neg')])]);
    case 'hard-tanh':
      return clip(-1, 1);
    case 'hard-sigmoid':
      return one('HardSigmoid', { alpha: { float: first }, beta: { float: second } });
    case 'swish':
      return writer.node('Mul', [x, one('Sigmoid')]);
    case 'hard-swish':
      return writer.node('Mul', [x, one('HardSigmoid', { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })]);
    case 'mish':
      return writer.node('Mul', [x, writer.node('Tanh', [one('Softplus')])]);
    case 'gelu': {
      const erf = writer.node('Erf', [writer.node('Mul', [x, writer.scalar(Math.SQRT1_2)])]);
      const half = writer.node('Mul', [x, writer.scalar(0.5)]);
      return writer.node('Mul', [half, writer.node('Add', [erf, writer.scalar(1)])]);
    }
    default:
      return undefined;
  }
}

/** @throws InputError a function that is not known, by its name */
export function writeFunction(context: PartContext, x: string, given: KerasFunction): string {
  const { writer, version } = context;
  if (given.name === 'softmax') return writer.node('Softmax', [x], { axis: -1 });
  if (given.name === 'log_softmax') return writer.node('LogSoftmax', [x], { axis: -1 });
  const activation = elementFunction(given, version);
  const [, name = '', numbers] = /^([a-z0-9-]+?)(?:\((.*)\))?$/.exec(activation ?? '') ?? [];
  const written = writeElement(writer, x, name, numbers === undefined ? [] : numbers.split(',').map(Number));
  if (written !== undefined) return written;
  throw refuse(context, `has the function "${given.name}"`);
}

/** The function that a layer ends with; none where it names none. */
export function writeActivation(context: PartContext, x: string): string {
  const { layer, file } = context;
  if (layer.options.activation === undefined) return x;
  return writeFunction(context, x, functionOf(layer, 'activation', file));
}

export const activation: WriteLayer = (context) => {
  const { name, sides } = read(context);
  return [{ name: writeActivation(context, name), sides }];
};

/** Layers that are a function: ReLU, LeakyReLU, ELU, Softmax, PReLU, ThresholdedReLU. */
export const functionLayer: WriteLayer = (context) => {
  const { writer, layer, arrays } = context;
  const { name: x, sides } = read(context);
  const result = (name: string) => [{ name, sides }];
  switch (layer.className) {
    case 'Softmax': {
      const axis = option(context, 'axis') ?? -1;
      if (typeof axis !== 'number') throw refuse(context, 'has several axes');
      const bias = context.masks[0];
      if (bias !== undefined && axis === -1) throw refuse(context, 'reads a value with a mask');
      return result(writer.node('Softmax', [x], { axis }));
    }
    case 'PReLU': {
      const [alpha] = arrays;
      if (alpha === undefined) throw damaged(context, 'has no array');
      return result(writer.node('PRelu', [x, writer.floats(alpha.data, alpha.shape)]));
    }
    case 'ThresholdedReLU': {
      const theta = layer.options.theta;
      if (typeof theta !== 'number') throw damaged(context, 'has no theta');
      return result(writer.node('ThresholdedRelu', [x], { alpha: { float: theta } }));
    }
    default:
      return result(writeFunction(context, x, { name: layer.className, options: layer.options }));
  }
};
