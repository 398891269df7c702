// Convolutions along the steps. Keras's kernels are [window, inputs, filters], ONNX's [filters, inputs, window].
import type { NamedArray } from '../stored-weights.ts';
import {
  arraysOf,
  constant,
  damaged,
  integer,
  option,
  type PartContext,
  read,
  refuse,
  shown,
  type WriteLayer,
  widthOf,
} from './context.ts';
import { writeActivation } from './functions.ts';
import { requireChannelsLast, stepsLeft, turned } from './shapes.ts';

/** [a, b, c] into [c, b, a] */
function reversedSides({ data, shape }: NamedArray): { data: Float32Array; shape: number[] } {
  const [a = 1, b = 1, c = 1] = shape;
  const result = new Float32Array(data.length);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) result[(k * b + j) * a + i] = data[(i * b + j) * c + k]!;
    }
  }
  return { data: result, shape: [c, b, a] };
}

/** [window, inputs, multiplier] into [inputs · multiplier, 1, window] */
function eachInput({ data, shape }: NamedArray): { data: Float32Array; shape: number[] } {
  const [window = 1, inputs = 1, multiplier = 1] = shape;
  const result = new Float32Array(data.length);
  for (let i = 0; i < window; i++) {
    for (let j = 0; j < inputs * multiplier; j++) result[j * window + i] = data[i * inputs * multiplier + j]!;
  }
  return { data: result, shape: [inputs * multiplier, 1, window] };
}

interface Kernel {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** @param x with its steps last, as ONNX has them; so is what is returned */
function convolve(context: PartContext, x: string, kernel: Kernel, group: number): string {
  const { writer } = context;
  const window = kernel.shape[2]!;
  const stride = integer(context, 1, 'strides', 'subsample_length');
  const dilation = integer(context, 1, 'dilation_rate', 'atrous_rate');
  const padding = paddingOf(context);
  const lacks = dilation * (window - 1);
  const pads = padding === 'causal' ? [lacks, 0] : [Math.floor(lacks / 2), lacks - Math.floor(lacks / 2)];
  const isPlain = padding === 'valid';
  // With a stride, how much is padded depends on the number of steps.
  const around = padding === 'same' && stride > 1 ? { auto_pad: 'SAME_UPPER' } : { pads: isPlain ? [0, 0] : pads };
  const attributes = { group, strides: [stride], dilations: [dilation], ...around };
  return writer.node('Conv', [x, writer.floats(kernel.data, kernel.shape)], attributes);
}

function paddingOf(context: PartContext): string {
  const padding = shown(option(context, 'padding', 'border_mode') ?? 'valid');
  if (!['valid', 'same', 'causal'].includes(padding)) throw damaged(context, `has the padding ${padding}`);
  return padding;
}

function stepsOf(context: PartContext, window: number): number | undefined {
  const stride = integer(context, 1, 'strides', 'subsample_length');
  const reach = integer(context, 1, 'dilation_rate', 'atrous_rate') * (window - 1) + 1;
  return stepsLeft(read(context).sides?.[0], reach, stride, paddingOf(context));
}

/** Conv1D, DepthwiseConv1D and SeparableConv1D. */
export const convolution: WriteLayer = (context) => {
  const { writer, layer, arrays, version } = context;
  requireChannelsLast(context);
  if (version === 1) throw refuse(context, 'convolves in Keras 1, whose backends disagree about the order of a kernel');
  const hasBias = layer.options.use_bias !== false;
  const kernels = layer.className === 'SeparableConv1D' ? 2 : 1;
  const [kernel, ...rest] = arraysOf(context, kernels + Number(hasBias));
  if (kernel!.shape.length !== 3) throw damaged(context, `has a kernel of the shape [${kernel!.shape.join(', ')}]`);
  const x = turned(context, read(context).name);
  let found: string;
  let filters: number;
  if (layer.className === 'Conv1D') {
    const group = integer(context, 1, 'groups');
    if (widthOf(context) !== group * kernel!.shape[1]!) throw damaged(context, 'does not fit what it reads');
    found = convolve(context, x, reversedSides(kernel!), group);
    filters = kernel!.shape[2]!;
  } else {
    found = convolve(context, x, eachInput(kernel!), kernel!.shape[1]!);
    filters = kernel!.shape[1]! * kernel!.shape[2]!;
    const pointwise = kernels === 2 ? rest.shift() : undefined;
    if (pointwise !== undefined) {
      const { data, shape } = reversedSides(pointwise);
      found = writer.node('Conv', [found, writer.floats(data, shape)]);
      filters = pointwise.shape[2]!;
    }
  }
  const [bias] = rest;
  const back = turned(context, found);
  const sum = bias === undefined ? back : writer.node('Add', [back, constant(context, bias)]);
  if (arrays.length === 0) throw damaged(context, 'has no arrays');
  return [{ name: writeActivation(context, sum), sides: [stepsOf(context, kernel!.shape[0]!), filters] }];
};
