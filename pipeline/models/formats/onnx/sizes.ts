// Arithmetic on the sizes of dimensions, which exporters do in the graph before they reshape anything.
import type { Node } from './node.ts';
import { type Constant, type Dimension, resolveAxis, type Size, type Value } from './values.ts';

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

const clamp = (index: number, length: number) => Math.min(length, Math.max(0, index < 0 ? index + length : index));

function slice(sizes: readonly Size[], node: Node, inputs: readonly (Value | undefined)[]): Sizes | undefined {
  const [start] = node.numbersAt(1, inputs, 'starts') ?? [];
  const [end] = node.numbersAt(2, inputs, 'ends') ?? [];
  const [step = 1] = node.numbersAt(4, inputs, 'steps') ?? [];
  if (start === undefined || end === undefined || step !== 1) return undefined;
  const part = sizes.slice(clamp(start, sizes.length), clamp(end, sizes.length));
  return { kind: 'sizes', sizes: part, isScalar: false };
}

function gather(sizes: readonly Size[], indices: Constant): Sizes | undefined {
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
      return inputs[1]?.kind === 'constant' ? gather(sizes, inputs[1]) : undefined;
    case 'Slice':
      return slice(sizes, node, inputs);
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
