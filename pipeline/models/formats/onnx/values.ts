// What is known of a value in an ONNX graph before anything is computed: which axes it has, and which layers made it.

import type { LayerParameters, Matrix, OutputActivation } from '../../../lstm/parameters.ts';
import type { ForeignEmbedding, ForeignLstm } from '../../foreign.ts';

/** An axis along which a network's values lie; the same object wherever it is the same axis. */
export interface Axis {
  /** Undefined where the file leaves it open. */
  readonly size: number | undefined;
}

/** The axes that one dimension of a tensor runs over, outermost first; none where its size is one. */
export type Dimension = readonly Axis[];

/** A dense layer whose bias and function may yet follow. */
export interface OpenDense {
  readonly kind: 'dense';
  readonly name: string;
  readonly kernel: Matrix;
  readonly bias?: Matrix;
  readonly activation?: OutputActivation;
  /** Whether the file gives the logarithms of a softmax. */
  readonly isLogarithm?: boolean;
}

/** An LSTM layer that reads backwards alone, which is half of one that reads both ways. */
export interface ReverseLstm extends Omit<ForeignLstm, 'kind' | 'forward' | 'backward'> {
  readonly kind: 'reverse';
  readonly forward: LayerParameters;
}

export type OpenLayer = ForeignEmbedding | ForeignLstm | ReverseLstm | OpenDense;

/** What the network reads, and what its layers make of it. */
export interface Signal {
  readonly kind: 'signal';
  /** The graph's input that it comes from. */
  readonly source: string;
  readonly dimensions: readonly Dimension[];
  /** The axes of the values at one step, in the order in which the layer gave them; undefined for an input. */
  readonly features: Dimension | undefined;
  readonly layers: readonly OpenLayer[];
  /** The axes of time, once an LSTM has said which they are. */
  readonly steps?: Dimension;
  readonly batch?: Dimension;
  /** The axis of the two directions of the last layer. */
  readonly directions?: Axis;
  /** Whether the last step alone is left. */
  readonly last: boolean;
}

/** Numbers that the file holds, or that follow from them. */
export interface Constant {
  readonly kind: 'constant';
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** The size of a dimension, as a product of a number and the sizes of axes. */
export interface Size {
  readonly factor: number;
  readonly axes: readonly Axis[];
}

export type Value =
  | Signal
  | Constant
  /** Sizes of other values, or one of them. */
  | { readonly kind: 'sizes'; readonly sizes: readonly Size[]; readonly isScalar: boolean }
  /** Zeros, of whatever shape. */
  | { readonly kind: 'zeros' }
  /** The last steps of several layers, stacked along an axis of their own. */
  | { readonly kind: 'stack'; readonly axis: number; readonly parts: readonly Signal[] }
  /** What is made of the states at the end, and of nothing else. */
  | { readonly kind: 'state' }
  /** Something else: refused where it matters. */
  | {
      readonly kind: 'unknown';
      readonly operator: string;
      readonly sources: readonly string[];
      readonly isInput: boolean;
    };

/** A dimension of a size, with an axis of its own. */
export const dimensionOf = (size: number | undefined): Dimension => (size === 1 ? [] : [{ size }]);

export function sameAxes(a: Dimension, b: Dimension): boolean {
  return a.length === b.length && a.every((axis, index) => axis === b[index]);
}

/** The size of a dimension; undefined where one of its axes is left open. */
export function sizeOf(dimension: Dimension): number | undefined {
  return dimension.reduce<number | undefined>(
    (product, { size }) => (product === undefined || size === undefined ? undefined : product * size),
    1,
  );
}

/** Dimensions without those that axes name, or without all of size one; undefined where one of them is larger. */
export function squeezed<D>(
  dims: readonly D[],
  isOne: (dim: D) => boolean,
  axes: readonly number[] | undefined,
): D[] | undefined {
  const chosen = axes?.map((axis) => resolveAxis(axis, dims.length));
  const isDropped = (dim: D, axis: number) => (chosen === undefined ? isOne(dim) : chosen.includes(axis));
  if (dims.some((dim, axis) => isDropped(dim, axis) && !isOne(dim))) return undefined;
  return dims.filter((dim, axis) => !isDropped(dim, axis));
}

/** Dimensions with one more, of size one, at each of the axes; undefined where there is no such axis. */
export function unsqueezed<D>(dims: readonly D[], one: D, axes: readonly number[]): D[] | undefined {
  const result = [...dims];
  const places = axes.map((axis) => resolveAxis(axis, dims.length + axes.length));
  for (const place of places.toSorted((a, b) => (a ?? 0) - (b ?? 0))) {
    if (place === undefined) return undefined;
    result.splice(place, 0, one);
  }
  return result;
}

/** An index as a slice takes it: counted from the end if it is negative, and within the length. */
export const clamp = (index: number, length: number) =>
  Math.min(length, Math.max(0, index < 0 ? index + length : index));

/** An axis counted from the end if it is negative; undefined where there is no such axis. */
export function resolveAxis(axis: number, rank: number): number | undefined {
  const resolved = axis < 0 ? axis + rank : axis;
  return Number.isInteger(resolved) && resolved >= 0 && resolved < rank ? resolved : undefined;
}
