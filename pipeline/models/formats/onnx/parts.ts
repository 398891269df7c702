// Parts of signals that exporters pick out and join: the last step, one of two directions, the last steps of layers.
import { sameFunctions } from '../../foreign.ts';
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

// Joining: the two directions of a layer, and the last steps of several layers.

type Inputs = readonly (Value | undefined)[];

/** What a node makes of signals by joining them; undefined where it does something else. */
export function joinSignals(node: Node, inputs: Inputs): Value | undefined {
  const signals = inputs.flatMap((value) => (value?.kind === 'signal' ? [value] : []));
  const [first] = signals;
  if (node.operator !== 'Concat' || first === undefined || signals.length !== inputs.length) return undefined;
  const axis = resolveAxis(node.integer('axis', 0), first.dimensions.length);
  if (axis === undefined) return undefined;
  return bothDirections(signals, axis) ?? stacked(signals, axis);
}

/** A layer that reads forwards and one that reads backwards, side by side: one layer that reads both ways. */
function bothDirections([ahead, behind, ...others]: readonly Signal[], axis: number): Signal | undefined {
  if (ahead === undefined || behind === undefined || others.length > 0 || ahead.last || behind.last) return undefined;
  const forward = ahead.layers.at(-1);
  const backward = behind.layers.at(-1);
  if (forward?.kind !== 'lstm' || forward.backward !== undefined || backward?.kind !== 'reverse') return undefined;
  const below = ahead.layers.slice(0, -1);
  const isSameBelow = below.every((layer, index) => layer === behind.layers[index]);
  if (!isSameBelow || ahead.layers.length !== behind.layers.length || ahead.source !== behind.source) return undefined;
  if (ahead.features === undefined || behind.features === undefined) return undefined;
  const isSideBySide = ahead.dimensions.every((dimension, index) =>
    index === axis
      ? sameAxes(dimension, ahead.features!) && sameAxes(behind.dimensions[index] ?? [], behind.features!)
      : sameAxes(dimension, behind.dimensions[index] ?? []),
  );
  if (!isSideBySide || ahead.dimensions.length !== behind.dimensions.length) return undefined;
  if (!sameFunctions(forward, backward)) return undefined;
  const units = forward.forward.recurrentKernel.rows;
  if (backward.forward.recurrentKernel.rows !== units) return undefined;
  const features = [{ size: 2 * units }];
  return {
    ...ahead,
    dimensions: ahead.dimensions.with(axis, features),
    features,
    layers: [...below, { ...forward, backward: backward.forward }],
  };
}

/** The last steps of layers, each with a dimension of its own where they are joined. */
function stacked(signals: readonly Signal[], axis: number): Value | undefined {
  const isStackable = signals.every(({ last, dimensions }) => last && dimensions[axis]?.length === 0);
  return isStackable ? { kind: 'stack', axis, parts: signals } : undefined;
}

/** One of the last steps that were stacked. */
export function pickPart(node: Node, inputs: Inputs): Signal | undefined {
  const [stack, indices] = inputs;
  if (stack?.kind !== 'stack') return undefined;
  const { axis, parts } = stack;
  const rank = parts[0]!.dimensions.length;
  if (node.operator === 'Gather') {
    if (resolveAxis(node.integer('axis', 0), rank) !== axis || indices?.kind !== 'constant') return undefined;
    if (indices.data.length !== 1 || indices.dims.length > 1) return undefined;
    const part = parts.at(indices.data[0]!);
    if (part === undefined || indices.dims.length === 1) return part;
    return { ...part, dimensions: part.dimensions.toSpliced(axis, 1) };
  }
  const [start, ...otherStarts] = node.operator === 'Slice' ? (node.numbersAt(1, inputs, 'starts') ?? []) : [];
  const [end] = node.numbersAt(2, inputs, 'ends') ?? [];
  const [along = 0] = node.numbersAt(3, inputs, 'axes') ?? [];
  const [step = 1] = node.numbersAt(4, inputs, 'steps') ?? [];
  if (start === undefined || end === undefined || otherStarts.length > 0 || step !== 1) return undefined;
  const chosen = resolveAxis(along, rank) === axis ? parts.slice(start, end) : [];
  return chosen.length === 1 ? chosen[0] : undefined;
}
