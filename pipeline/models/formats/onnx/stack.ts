// Signals that exporters join: the two directions of a layer, and the last steps of several layers.
import type { Node } from './node.ts';
import { resolveAxis, type Signal, sameAxes, type Value } from './values.ts';

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
  if (forward.cellActivation !== backward.cellActivation) return undefined;
  if (JSON.stringify(forward.recurrentActivation) !== JSON.stringify(backward.recurrentActivation)) return undefined;
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
