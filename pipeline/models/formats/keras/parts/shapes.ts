// Layers that only move values: their order, their number of steps, their sides.
import {
  damaged,
  integer,
  integers,
  option,
  type PartContext,
  rankOf,
  read,
  refuse,
  type Sides,
  shown,
  type WriteLayer,
  widthOf,
} from './context.ts';

/** Beyond any number of steps. */
const END = 2 ** 31 - 1;

export const flatten: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  return [{ name: writer.node('Reshape', [name, writer.integers([0, -1])]), sides: sides && [product(sides)] }];
};

function product(sides: Sides): number | undefined {
  return sides.reduce<number | undefined>(
    (sum, side) => (sum === undefined || side === undefined ? undefined : sum * side),
    1,
  );
}

export const reshape: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  const target = integers(context, [], 'target_shape', 'dims');
  const whole = sides === undefined ? undefined : product(sides);
  const known = target.filter((side) => side !== -1).reduce((all, side) => all * side, 1);
  const found = target.map((side) => (side === -1 ? (whole === undefined ? undefined : whole / known) : side));
  return [{ name: writer.node('Reshape', [name, writer.integers([0, ...target])]), sides: found }];
};

export const permute: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  const order = integers(context, [], 'dims');
  return [
    { name: writer.node('Transpose', [name], { perm: [0, ...order] }), sides: sides && order.map((k) => sides[k - 1]) },
  ];
};

export const repeatVector: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  const count = integer(context, 1, 'n');
  const rows = writer.node('Unsqueeze', [name, writer.integers([1])]);
  return [{ name: writer.node('Tile', [rows, writer.integers([1, count, 1])]), sides: [count, sides?.at(-1)] }];
};

/** Two numbers for the beginning and the end; one for both. */
function ends(context: PartContext, name: string): readonly [number, number] {
  const [first = 1, last = first] = integers(context, [1], name);
  return [first, last];
}

const longer = (side: number | undefined, by: number) => (side === undefined ? undefined : side + by);

export const zeroPadding: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  const [first, last] = ends(context, 'padding');
  const padded = writer.node('Pad', [name, writer.integers([0, first, 0, 0, last, 0])]);
  return [{ name: padded, sides: sides && [longer(sides[0], first + last), sides[1]] }];
};

export const cropping: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  const [first, last] = ends(context, 'cropping');
  const bounds = [[first], [last === 0 ? END : -last], [1]].map((values) => writer.integers(values));
  return [
    { name: writer.node('Slice', [name, ...bounds]), sides: sides && [longer(sides[0], -first - last), sides[1]] },
  ];
};

/** Each step so many times. */
export const upSampling: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  const count = integer(context, 2, 'size', 'length');
  const width = widthOf(context);
  const apart = writer.node('Unsqueeze', [name, writer.integers([2])]);
  const repeated = writer.node('Tile', [apart, writer.integers([1, 1, count, 1])]);
  const steps = sides?.[0];
  const together = writer.node('Reshape', [repeated, writer.integers([0, -1, width])]);
  return [{ name: together, sides: [steps === undefined ? undefined : steps * count, width] }];
};

// Pooling: over windows, or over all steps.

const CHANNELS_FIRST = 'channels_first';

export function requireChannelsLast(context: PartContext): void {
  if (option(context, 'data_format') === CHANNELS_FIRST) throw refuse(context, 'has its channels first');
}

/** [sequences, steps, width] and [sequences, width, steps] into each other. */
export const turned = ({ writer }: PartContext, name: string): string =>
  writer.node('Transpose', [name], { perm: [0, 2, 1] });

/** How many steps a window leaves. */
export function stepsLeft(
  steps: number | undefined,
  window: number,
  stride: number,
  padding: string,
): number | undefined {
  if (steps === undefined) return undefined;
  return padding === 'valid' ? Math.floor((steps - window) / stride) + 1 : Math.ceil(steps / stride);
}

export const pooling: WriteLayer = (context) => {
  const { writer, layer } = context;
  requireChannelsLast(context);
  const { name, sides } = read(context);
  const size = integer(context, 2, 'pool_size', 'pool_length');
  const stride = integer(context, size, 'strides', 'stride');
  const padding = shown(option(context, 'padding', 'border_mode') ?? 'valid');
  if (padding !== 'valid' && padding !== 'same') throw damaged(context, `has the padding ${padding}`);
  const pads = padding === 'same' ? { auto_pad: 'SAME_UPPER' } : {};
  const operator = layer.className.startsWith('Max') ? 'MaxPool' : 'AveragePool';
  const pooled = writer.node(operator, [turned(context, name)], { kernel_shape: [size], strides: [stride], ...pads });
  return [{ name: turned(context, pooled), sides: sides && [stepsLeft(sides[0], size, stride, padding), sides[1]] }];
};

/** Over all steps; the mean leaves out those that are masked. */
export const globalPooling: WriteLayer = (context) => {
  const { writer, layer, masks } = context;
  requireChannelsLast(context);
  const { name, sides } = read(context);
  const keeps = layer.options.keepdims === true;
  const result = (pooled: string) => [
    { name: pooled, sides: sides && (keeps ? [1, ...sides.slice(1)] : sides.slice(1)) },
  ];
  if (layer.className.includes('Max'))
    return result(writer.node('ReduceMax', [name], { axes: [1], keepdims: Number(keeps) }));
  const [mask] = masks;
  if (mask === undefined) return result(writer.node('ReduceMean', [name], { axes: [1], keepdims: Number(keeps) }));
  if (rankOf(context) !== 3) throw refuse(context, 'reads a masked value of more than one width');
  const isRead = writer.node('Unsqueeze', [writer.node('Cast', [mask], { to: 1 }), writer.integers([2])]);
  const sum = (value: string) => writer.node('ReduceSum', [value, writer.integers([1])], { keepdims: Number(keeps) });
  return result(writer.node('Div', [sum(writer.node('Mul', [name, isRead])), sum(isRead)]));
};
