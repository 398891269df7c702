// Layers that work on each step alone: embeddings, masks, dense layers, normalisations, and arithmetic of several values.
import type { NamedArray } from '../stored-weights.ts';
import {
  arraysOf,
  constant,
  damaged,
  integer,
  number,
  option,
  type PartContext,
  rankOf,
  read,
  refuse,
  type Sides,
  shown,
  type WriteLayer,
  type Written,
  widthOf,
} from './context.ts';
import { writeActivation } from './functions.ts';

/** What an embedding gives of each number, and which are no padding, where it masks that. */
export const embedding: WriteLayer = (context) => {
  const { writer, layer } = context;
  const { name, sides } = read(context);
  const [table] = arraysOf(context, 1);
  const ids = writer.node('Cast', [name], { to: 7 });
  const rows = writer.node('Gather', [constant(context, table!), ids], { axis: 0 });
  const isRead = writer.node('Not', [writer.node('Equal', [ids, writer.integers([0], [])])]);
  const values: Written = { name: rows, sides: sides === undefined ? undefined : [...sides, table!.shape[1]] };
  return layer.options.mask_zero === true ? [values, { name: isRead, sides }] : [values];
};

/** Steps of which every number is the value that stands for padding: nothing, and masked. */
export const masking: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  const padding = writer.scalar(number(context, 0, 'mask_value'));
  const differs = writer.node('Cast', [writer.node('Not', [writer.node('Equal', [name, padding])])], { to: 1 });
  const isRead = writer.node('ReduceMax', [differs], { axes: [-1], keepdims: 1 });
  const flat = writer.node('Squeeze', [writer.node('Cast', [isRead], { to: 9 }), writer.integers([-1])]);
  return [
    { name: writer.node('Mul', [name, isRead]), sides },
    { name: flat, sides: sides?.slice(0, -1) },
  ];
};

export const dense: WriteLayer = (context) => {
  const { writer, arrays } = context;
  const { name, sides } = read(context);
  const [kernel, bias] = arraysOf(context, arrays.length === 1 ? 1 : 2);
  if (kernel!.shape.length !== 2) throw damaged(context, `has a kernel of the shape [${kernel!.shape.join(', ')}]`);
  const product = writer.node('MatMul', [name, constant(context, kernel!)]);
  const sum = bias === undefined ? product : writer.node('Add', [product, constant(context, bias)]);
  return [{ name: writeActivation(context, sum), sides: sides && [...sides.slice(0, -1), kernel!.shape[1]] }];
};

/** The axis that is normalised, which has to be the last one. */
function requireLastAxis(context: PartContext, otherwise = -1): void {
  const axes = [option(context, 'axis') ?? otherwise].flat();
  const [axis] = axes;
  if (axes.length === 1 && (axis === -1 || axis === rankOf(context) - 1)) return;
  throw refuse(context, `works on the axis ${axes.join(', ')}, and only the last one is supported`);
}

export const batchNormalization: WriteLayer = (context) => {
  const { writer, layer } = context;
  const { name, sides } = read(context);
  requireLastAxis(context);
  const { center = true, scale = true } = layer.options;
  const arrays = [...arraysOf(context, 2 + Number(scale === true) + Number(center === true))];
  const gamma = scale === true ? arrays.shift()!.data : undefined;
  const beta = center === true ? arrays.shift()!.data : undefined;
  const [mean, variance] = arrays as [NamedArray, NamedArray];
  const epsilon = number(context, 1e-3, 'epsilon');
  const factor = Float32Array.from(variance.data, (value, k) => (gamma?.[k] ?? 1) / Math.sqrt(value + epsilon));
  const addend = Float32Array.from(mean.data, (value, k) => (beta?.[k] ?? 0) - value * factor[k]!);
  const scaled = writer.node('Mul', [name, writer.floats(factor)]);
  return [{ name: writer.node('Add', [scaled, writer.floats(addend)]), sides }];
};

export const layerNormalization: WriteLayer = (context) => {
  const { writer, layer } = context;
  const { name, sides } = read(context);
  requireLastAxis(context);
  if (layer.options.rms_scaling === true) throw refuse(context, 'scales by the root of squares (rms_scaling)');
  const { center = true, scale = true } = layer.options;
  const arrays = [...arraysOf(context, Number(scale === true) + Number(center === true))];
  const width = arrays[0]?.data.length ?? widthOf(context);
  const gamma = scale === true ? arrays.shift()!.data : new Float32Array(width).fill(1);
  const beta = center === true ? arrays.shift()!.data : new Float32Array(width);
  const given = [name, writer.floats(gamma), writer.floats(beta)];
  const epsilon = { float: number(context, 1e-3, 'epsilon') };
  return [{ name: writer.node('LayerNormalization', given, { axis: -1, epsilon }), sides }];
};

/** Each step by its length. */
export const unitNormalization: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  requireLastAxis(context);
  const squares = writer.node('ReduceSumSquare', [name], { axes: [-1], keepdims: 1 });
  const length = writer.node('Sqrt', [writer.node('Max', [squares, writer.scalar(1e-12)])]);
  return [{ name: writer.node('Div', [name, length]), sides }];
};

/** A number, or a list of them, one for each of the last side. */
function numbers(context: PartContext, name: string, otherwise: number): string {
  const list: unknown[] = [option(context, name) ?? otherwise].flat(DEEPEST_LIST);
  if (!list.every((item) => typeof item === 'number')) throw damaged(context, `has no numbers as its ${name}`);
  return context.writer.floats(list, list.length === 1 ? [] : [list.length]);
}
const DEEPEST_LIST = 4;

export const rescaling: WriteLayer = (context) => {
  const { writer } = context;
  const { name, sides } = read(context);
  const scaled = writer.node('Mul', [name, numbers(context, 'scale', 1)]);
  return [{ name: writer.node('Add', [scaled, numbers(context, 'offset', 0)]), sides }];
};

/** By the mean and variance of the data that it saw, or that it was made with. */
export const normalization: WriteLayer = (context) => {
  const { writer, layer, arrays } = context;
  const { name, sides } = read(context);
  requireLastAxis(context);
  if (layer.options.invert === true) throw refuse(context, 'restores what another one normalised (invert=True)');
  const [mean, variance] = arrays.map(({ data }) => writer.floats(data));
  const middle = mean ?? numbers(context, 'mean', 0);
  const spread = variance ?? numbers(context, 'variance', 1);
  const deviation = writer.node('Max', [writer.node('Sqrt', [spread]), writer.scalar(1e-7)]);
  return [{ name: writer.node('Div', [writer.node('Sub', [name, middle]), deviation]), sides }];
};

// Several values into one.

const OPERATORS: Readonly<Record<string, string>> = {
  Add: 'Add',
  Average: 'Add',
  Subtract: 'Sub',
  Multiply: 'Mul',
  Maximum: 'Max',
  Minimum: 'Min',
};
/** The modes of Keras 1's Merge. */
const MODES: Readonly<Record<string, string>> = { sum: 'Add', ave: 'Average', mul: 'Multiply', max: 'Maximum' };

/** Element by element; a value with fewer sides is repeated along those that it lacks, which come before its own. */
export const arithmetic: WriteLayer = (context) => {
  const { writer, layer, inputs } = context;
  if (layer.className === 'Merge' && layer.options.mode === 'concat') return concatenate(context);
  const kind = layer.className === 'Merge' ? (MODES[shown(layer.options.mode)] ?? '') : layer.className;
  const operator = OPERATORS[kind];
  if (operator === undefined) throw refuse(context, `merges by ${shown(layer.options.mode)}`);
  if (inputs.length < 2) throw refuse(context, 'is an operation on a single value');
  const rank = Math.max(...inputs.map((input) => rankOf(context, input)));
  const names = inputs.map((input) => {
    const lacks = rank - rankOf(context, input);
    const axes = Array.from({ length: lacks }, (_, k) => k + 1);
    return lacks === 0 ? input.name : writer.node('Unsqueeze', [input.name, writer.integers(axes)]);
  });
  const merged = names.reduce((sum, name) => writer.node(operator, [sum, name]));
  const sides = broadcast(inputs.map((input) => input.sides!));
  if (kind !== 'Average') return [{ name: merged, sides }];
  return [{ name: writer.node('Mul', [merged, writer.scalar(1 / names.length)]), sides }];
};

function broadcast(all: readonly Sides[]): Sides {
  const rank = Math.max(...all.map(({ length }) => length));
  return Array.from({ length: rank }, (_, k) => {
    const own = all.map((sides) => (sides.length - rank + k < 0 ? 1 : sides[sides.length - rank + k]));
    return own.find((side) => side !== 1 && side !== undefined) ?? (own.includes(undefined) ? undefined : 1);
  });
}

export const concatenate: WriteLayer = (context) => {
  const { writer, inputs } = context;
  const rank = rankOf(context);
  const given = integer(context, -1, 'axis', 'concat_axis');
  const axis = given < 0 ? given + rank : given;
  const name = writer.node(
    'Concat',
    inputs.map((input) => input.name),
    { axis },
  );
  const sides = read(context).sides!.map((side, k) => {
    if (k !== axis - 1) return side;
    const all = inputs.map((input) => input.sides?.[k]);
    return all.reduce<number | undefined>(
      (sum, own) => (sum === undefined || own === undefined ? undefined : sum + own),
      0,
    );
  });
  return [{ name, sides }];
};

export const dot: WriteLayer = (context) => {
  const { writer, layer, inputs } = context;
  const [a, b] = inputs;
  if (a === undefined || b === undefined) throw damaged(context, 'reads fewer than two values');
  const axes = option(context, 'axes');
  const given: unknown[] = Array.isArray(axes) ? axes : [axes, axes];
  const ranks = [rankOf(context, a), rankOf(context, b)] as const;
  const [first, second] = given.map((axis, k) => (Number(axis) < 0 ? Number(axis) + ranks[k]! : Number(axis)));
  if (layer.options.normalize === true) throw refuse(context, 'normalises what it multiplies');
  const letters = (rank: number, own: number | undefined, from: string) =>
    Array.from({ length: rank }, (_, k) =>
      k === 0 ? 'b' : k === own ? 'z' : String.fromCharCode(from.charCodeAt(0) + k),
    );
  const left = letters(ranks[0], first, 'c');
  const right = letters(ranks[1], second, 'm');
  const kept = [...left, ...right.slice(1)].filter((letter) => letter !== 'z');
  const equation = `${left.join('')},${right.join('')}->${kept.join('')}`;
  const product = writer.node('Einsum', [a.name, b.name], { equation });
  const without = (sides: Sides, axis: number | undefined) => sides.filter((_, k) => k + 1 !== axis);
  const sides = [...without(a.sides!, first), ...without(b.sides!, second)];
  if (sides.length > 0) return [{ name: product, sides }];
  return [{ name: writer.node('Unsqueeze', [product, writer.integers([1])]), sides: [1] }];
};
