// Parts of a signal that exporters pick out: the last step, or one of two directions.
import type { Node } from './node.ts';
import { resolveAxis, type Signal, sameAxes, type Value } from './values.ts';

/** What one index of a dimension leaves: the last step, or one direction; undefined where it is something else. */
function pick(signal: Signal, dimension: number, index: number): Signal | undefined {
  const axes = signal.dimensions[dimension]!;
  const dimensions = signal.dimensions.with(dimension, []);
  const [axis, ...others] = axes;
  if (axis === undefined) return index === 0 || index === -1 ? signal : undefined;
  const isLast = index === -1 || (others.length === 0 && axis.size !== undefined && index === axis.size - 1);
  if (signal.steps !== undefined && sameAxes(axes, signal.steps) && isLast)
    return { ...signal, dimensions, last: true };
  if (axis === signal.directions && others.length === 0)
    return direction({ ...signal, dimensions }, index < 0 ? index + 2 : index);
  return undefined;
}

function direction({ directions, ...signal }: Signal, index: number): Signal | undefined {
  const layer = signal.layers.at(-1);
  if (layer?.kind !== 'lstm' || layer.backward === undefined || (index !== 0 && index !== 1)) return undefined;
  const { backward, ...forward } = layer;
  const { name, cellActivation, recurrentActivation } = layer;
  const half =
    index === 0
      ? forward
      : ({ kind: 'reverse', name, forward: backward, cellActivation, recurrentActivation } as const);
  return {
    ...signal,
    features: signal.features?.filter((axis) => axis !== directions),
    layers: signal.layers.with(-1, half),
  };
}

/** From here on an end lies behind whatever there is. */
const END = 2 ** 31 - 1;

export function slice(signal: Signal, node: Node, inputs: readonly (Value | undefined)[]): Signal | undefined {
  const starts = node.numbersAt(1, inputs, 'starts');
  const ends = node.numbersAt(2, inputs, 'ends');
  const axes = node.numbersAt(3, inputs, 'axes') ?? starts?.map((_, axis) => axis);
  const steps = node.numbersAt(4, inputs, 'steps') ?? [];
  if (starts === undefined || ends?.length !== starts.length || axes?.length !== starts.length) return undefined;
  if (steps.some((step) => step !== 1)) return undefined;
  return starts.reduce<Signal | undefined>((result, start, index) => {
    const dimension = resolveAxis(axes[index]!, signal.dimensions.length);
    if (result === undefined || dimension === undefined) return undefined;
    const sizes = result.dimensions[dimension]!.map(({ size }) => size);
    const size = sizes.length === 0 ? 1 : sizes.length === 1 ? sizes[0] : undefined;
    const end = ends[index]!;
    const reachesEnd = end >= END || (size !== undefined && end >= size);
    if (start === 0 && reachesEnd) return result;
    if (start === -1 && reachesEnd) return pick(result, dimension, -1);
    return end === start + 1 ? pick(result, dimension, start) : undefined;
  }, signal);
}

export function gather(signal: Signal, index: Value | undefined, axis: number): Signal | undefined {
  const dimension = resolveAxis(axis, signal.dimensions.length);
  if (dimension === undefined || index?.kind !== 'constant' || index.data.length !== 1 || index.dims.length > 1) {
    return undefined;
  }
  const picked = pick(signal, dimension, index.data[0]!);
  if (picked === undefined || index.dims.length === 1) return picked;
  return { ...picked, dimensions: picked.dimensions.toSpliced(dimension, 1) };
}
