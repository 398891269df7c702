// What moving and regrouping dimensions does to a signal, which exporters put between the layers, and the arithmetic on
// sizes that they do in the graph for it.
import type { Node } from './node.ts';
import { gather, slice } from './parts.ts';
import {
  type Axis,
  type Constant,
  clamp,
  type Dimension,
  resolveAxis,
  type Signal,
  type Size,
  squeezed,
  unsqueezed,
  type Value,
} from './values.ts';

function transpose(signal: Signal, order: readonly number[]): Signal | undefined {
  const { dimensions } = signal;
  if (order.length !== dimensions.length || new Set(order).size !== order.length) return undefined;
  if (order.some((axis) => dimensions[axis] === undefined)) return undefined;
  return { ...signal, dimensions: order.map((axis) => dimensions[axis]!) };
}

const withDimensions = (signal: Signal, dimensions: readonly Dimension[] | undefined): Signal | undefined =>
  dimensions === undefined ? undefined : { ...signal, dimensions };

/** Takes as many axes off an end of a row of them as make up a size. */
function take(axes: Axis[], size: Size, end: 'first' | 'last'): Axis[] | undefined {
  const taken: Axis[] = [];
  const open = [...size.axes];
  let factor = size.factor;
  while (factor !== 1 || open.length > 0) {
    const axis = end === 'first' ? axes.shift() : axes.pop();
    if (axis === undefined) return undefined;
    if (end === 'first') taken.push(axis);
    else taken.unshift(axis);
    if (axis.size === undefined) {
      const place = open.indexOf(axis);
      if (place < 0) return undefined;
      open.splice(place, 1);
    } else {
      factor /= axis.size;
      if (!Number.isInteger(factor) || factor < 1) return undefined;
    }
  }
  return taken;
}

const isOne = (dimension: Dimension) => dimension.length === 0;
const isOpen = ({ factor, axes }: Size) => factor === -1 && axes.length === 0;
const isCopied = ({ factor, axes }: Size) => factor === 0 && axes.length === 0;

/**
 * Groups the axes anew, in the order that they have: which is what reshaping does where no axis is cut in two.
 * @returns undefined where one would have to be cut, or nothing says where it belongs
 */
function reshape(signal: Signal, target: readonly Size[]): Signal | undefined {
  const { dimensions } = signal;
  const axes = dimensions.flat();
  const sizes = target.map((size, index): Size => (isCopied(size) ? sizeOfDimension(dimensions[index] ?? []) : size));
  const open = sizes.findIndex(isOpen);
  const before = open < 0 ? sizes : sizes.slice(0, open);
  const after = open < 0 ? [] : sizes.slice(open + 1);
  const first = before.map((size) => take(axes, size, 'first'));
  const last = after
    .toReversed()
    .map((size) => take(axes, size, 'last'))
    .reverse();
  const found = [...first, ...(open < 0 ? [] : [axes]), ...last];
  if (found.includes(undefined) || (open < 0 && axes.length > 0)) return undefined;
  return { ...signal, dimensions: found as Axis[][] };
}

function flatten(signal: Signal, axis: number): Signal | undefined {
  const { dimensions } = signal;
  const at = axis < 0 ? axis + dimensions.length : axis;
  if (at < 0 || at > dimensions.length) return undefined;
  return { ...signal, dimensions: [dimensions.slice(0, at).flat(), dimensions.slice(at).flat()] };
}

/** What a node makes of a signal by moving its values about; undefined where it does something else. */
export function moveSignal(node: Node, signal: Signal, inputs: readonly (Value | undefined)[]): Signal | undefined {
  switch (node.operator) {
    case 'Identity':
    case 'Dropout':
    // To another number format and back changes nothing that is kept; a network's values stay what they are.
    case 'Cast':
      return signal;
    case 'Transpose':
      return transpose(signal, node.integers('perm') ?? signal.dimensions.map((_, axis) => axis).reverse());
    case 'Squeeze':
      return withDimensions(signal, squeezed(signal.dimensions, isOne, node.numbersAt(1, inputs, 'axes')));
    case 'Unsqueeze':
      return withDimensions(signal, unsqueezed(signal.dimensions, [], node.numbersAt(1, inputs, 'axes') ?? []));
    case 'Flatten':
      return flatten(signal, node.integer('axis', 1));
    case 'Reshape': {
      const target = asSizes(inputs[1])?.sizes;
      const holdsNothing = node.integer('allowzero', 0) !== 0 && target?.some(isCopied);
      return target === undefined || holdsNothing ? undefined : reshape(signal, target);
    }
    case 'Slice':
      return slice(signal, node, inputs);
    case 'Gather':
      return gather(signal, inputs[1], node.integer('axis', 0));
    default:
      return undefined;
  }
}

// Arithmetic on the sizes of dimensions.

type Sizes = Extract<Value, { kind: 'sizes' }>;

/** More numbers than this are no shape. */
const LONGEST_SHAPE = 64;

export function sizesOfDimensions(dimensions: readonly Dimension[]): Sizes {
  return { kind: 'sizes', sizes: dimensions.map(sizeOfDimension), isScalar: false };
}

/** What its axes multiply to, those that the file leaves open by name. */
export function sizeOfDimension(dimension: Dimension): Size {
  const known = dimension.map(({ size }) => size).filter((size) => size !== undefined);
  return {
    factor: known.reduce((product, size) => product * size, 1),
    axes: dimension.filter(({ size }) => size === undefined),
  };
}

/** A value as sizes: sizes themselves, or a short constant of whole numbers. */
export function asSizes(value: Value | undefined): Sizes | undefined {
  if (value?.kind === 'sizes') return value;
  if (value?.kind !== 'constant' || value.dims.length > 1 || value.data.length > LONGEST_SHAPE) return undefined;
  const sizes = Array.from(value.data, (factor): Size => ({ factor, axes: [] }));
  return { kind: 'sizes', sizes, isScalar: value.dims.length === 0 };
}

function product(sizes: readonly Size[], isScalar: boolean): Sizes | undefined {
  const factor = sizes.reduce((all, size) => all * size.factor, 1);
  const axes = sizes.flatMap((size) => size.axes);
  return axes.length > LONGEST_SHAPE ? undefined : { kind: 'sizes', sizes: [{ factor, axes }], isScalar };
}

function sliceSizes(sizes: readonly Size[], node: Node, inputs: readonly (Value | undefined)[]): Sizes | undefined {
  const [start] = node.numbersAt(1, inputs, 'starts') ?? [];
  const [end] = node.numbersAt(2, inputs, 'ends') ?? [];
  const [step = 1] = node.numbersAt(4, inputs, 'steps') ?? [];
  if (start === undefined || end === undefined || step !== 1) return undefined;
  const part = sizes.slice(clamp(start, sizes.length), clamp(end, sizes.length));
  return { kind: 'sizes', sizes: part, isScalar: false };
}

function gatherSizes(sizes: readonly Size[], indices: Constant): Sizes | undefined {
  const places = Array.from(indices.data, (index) => resolveAxis(index, sizes.length));
  if (places.includes(undefined) || indices.dims.length > 1 || places.length > LONGEST_SHAPE) return undefined;
  return { kind: 'sizes', sizes: places.map((place) => sizes[place!]!), isScalar: indices.dims.length === 0 };
}

/** What a node makes of sizes; undefined where it is no such operator. */
export function foldSizes(node: Node, inputs: readonly (Value | undefined)[]): Sizes | undefined {
  const all = inputs.map(asSizes);
  const [first, second] = all;
  if (first === undefined) return undefined;
  const { sizes } = first;
  switch (node.operator) {
    case 'Identity':
    case 'Cast':
      return first;
    case 'Squeeze':
      return sizes.length === 1 ? { ...first, isScalar: true } : undefined;
    case 'Unsqueeze':
      return first.isScalar ? { ...first, isScalar: false } : undefined;
    case 'Reshape':
      return { ...first, isScalar: second?.sizes.length === 0 };
    case 'Gather':
      return inputs[1]?.kind === 'constant' ? gatherSizes(sizes, inputs[1]) : undefined;
    case 'Slice':
      return sliceSizes(sizes, node, inputs);
    case 'ReduceProd':
      return product(sizes, node.integer('keepdims', 1) === 0);
    case 'Mul':
      if (sizes.length !== 1 || second?.sizes.length !== 1) return undefined;
      return product([...sizes, ...second.sizes], first.isScalar && second.isScalar);
    case 'Concat': {
      const joined = all.flatMap((part) => part?.sizes ?? []);
      if (all.includes(undefined) || joined.length > LONGEST_SHAPE) return undefined;
      return { kind: 'sizes', sizes: joined, isScalar: false };
    }
    default:
      return undefined;
  }
}
