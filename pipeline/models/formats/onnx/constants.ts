// Constants that a graph computes from constants: exporters cut, turn and join weights on their way to a layer.
import { InputError } from '../../../base/errors.ts';
import type { Node } from './node.ts';
import { type Constant, clamp, resolveAxis, squeezed, unsqueezed, type Value } from './values.ts';

/** How many values may be computed in all, so that no small file fills the memory. */
export class Allowance {
  #left: number;

  constructor(values: number) {
    this.#left = values;
  }

  /** @throws {InputError} where a file computes far more constants than it holds */
  spend(values: number, file: string): void {
    this.#left -= values;
    if (this.#left >= 0) return;
    throw new InputError(
      'It computes far more constants than it holds.',
      { file },
      'Export the model again, with its constants folded.',
    );
  }
}

const countOf = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1);

function stridesOf(dims: readonly number[]): number[] {
  return dims.map((_, axis) => countOf(dims.slice(axis + 1)));
}

/** A constant whose element at an index is the source's at `offset` + Σ index·stride. */
function view(source: Constant, dims: readonly number[], strides: readonly number[], offset: number): Constant {
  const data = source.data.slice(0, countOf(dims));
  const index = dims.map(() => 0);
  for (let k = 0, from = offset; k < data.length; k++) {
    data[k] = source.data[from]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      from += strides[axis]!;
      if (index[axis]! < dims[axis]!) break;
      from -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return { kind: 'constant', dims, data };
}

function transpose(source: Constant, order: readonly number[]): Constant | undefined {
  if (order.toSorted((a, b) => a - b).some((axis, index) => axis !== index)) return undefined;
  if (order.length !== source.dims.length) return undefined;
  const strides = stridesOf(source.dims);
  return view(
    source,
    order.map((axis) => source.dims[axis]!),
    order.map((axis) => strides[axis]!),
    0,
  );
}

/** The part from `from` to `to` along an axis. */
function cut(source: Constant, axis: number, from: number, to: number): Constant {
  const strides = stridesOf(source.dims);
  return view(source, source.dims.with(axis, to - from), strides, from * strides[axis]!);
}

function slice(source: Constant, node: Node, inputs: readonly (Value | undefined)[]): Constant | undefined {
  const starts = node.numbersAt(1, inputs, 'starts') ?? [];
  const ends = node.numbersAt(2, inputs, 'ends');
  const axes = node.numbersAt(3, inputs, 'axes') ?? starts.map((_, axis) => axis);
  const steps = node.numbersAt(4, inputs, 'steps') ?? [];
  if (steps.some((step) => step !== 1) || ends?.length !== starts.length || axes.length !== starts.length)
    return undefined;
  return starts.reduce<Constant | undefined>((result, start, index) => {
    const axis = resolveAxis(axes[index]!, source.dims.length);
    if (result === undefined || axis === undefined) return undefined;
    const size = result.dims[axis]!;
    const from = clamp(start, size);
    return cut(result, axis, from, Math.max(from, clamp(ends[index]!, size)));
  }, source);
}

/** One row of an axis, or several of them. */
function gather(source: Constant, indices: Constant, axisOrLast: number): Constant | undefined {
  const axis = resolveAxis(axisOrLast, source.dims.length);
  if (axis === undefined || indices.dims.length > 1) return undefined;
  const size = source.dims[axis]!;
  const rows = Array.from(indices.data, (index) => (index < 0 ? index + size : index));
  if (!rows.every((row) => Number.isInteger(row) && row >= 0 && row < size)) return undefined;
  const parts = rows.map((row) => cut(source, axis, row, row + 1));
  if (indices.dims.length === 0) return { ...parts[0]!, dims: source.dims.toSpliced(axis, 1) };
  return concat(parts, axis);
}

function concat(parts: readonly Constant[], axisOrLast: number): Constant | undefined {
  const [first] = parts;
  const axis = first === undefined ? undefined : resolveAxis(axisOrLast, first.dims.length);
  if (first === undefined || axis === undefined) return undefined;
  const others = (dims: readonly number[]) => `${dims.with(axis, 0)}`;
  if (parts.some(({ dims }) => dims.length !== first.dims.length || others(dims) !== others(first.dims)))
    return undefined;
  const dims = first.dims.with(
    axis,
    parts.reduce((sum, part) => sum + part.dims[axis]!, 0),
  );
  const isFloat = parts.every(({ data }) => data instanceof Float32Array);
  const data = isFloat ? new Float32Array(countOf(dims)) : new Float64Array(countOf(dims));
  const inner = countOf(dims.slice(axis + 1));
  const outer = countOf(dims.slice(0, axis));
  let to = 0;
  for (let row = 0; row < outer; row++) {
    for (const part of parts) {
      const length = part.dims[axis]! * inner;
      data.set(part.data.subarray(row * length, (row + 1) * length), to);
      to += length;
    }
  }
  return { kind: 'constant', dims, data };
}

function reshape(source: Constant, target: readonly number[]): Constant | undefined {
  const dims = target.map((size, axis) => (size === 0 ? (source.dims[axis] ?? 0) : size));
  const open = dims.indexOf(-1);
  const known = countOf(dims.filter((size) => size !== -1));
  if (open >= 0) dims[open] = source.data.length / known;
  const fits = dims.every((size) => Number.isInteger(size) && size >= 0) && countOf(dims) === source.data.length;
  return fits ? { ...source, dims } : undefined;
}

const isOne = (size: number) => size === 1;
const withDims = (source: Constant, dims: readonly number[] | undefined): Constant | undefined =>
  dims === undefined ? undefined : { ...source, dims };

/** How many values a node makes of constants at most, before it makes them. */
export function valuesMade(constants: readonly Constant[]): number {
  return constants.reduce((sum, { data }) => sum + data.length, 0);
}

/** What a node makes of constants alone; undefined where it is no such operator, or does not fit. */
export function foldConstants(node: Node, constants: readonly Constant[]): Constant | undefined {
  const [source] = constants;
  if (source === undefined) return undefined;
  switch (node.operator) {
    case 'Identity':
    case 'Cast':
      return source;
    case 'Transpose':
      return transpose(source, node.integers('perm') ?? source.dims.map((_, axis) => axis).reverse());
    case 'Reshape':
      return reshape(source, node.numbersAt(1, constants, 'shape') ?? []);
    case 'Squeeze':
      return withDims(source, squeezed(source.dims, isOne, node.numbersAt(1, constants, 'axes')));
    case 'Unsqueeze':
      return withDims(source, unsqueezed(source.dims, 1, node.numbersAt(1, constants, 'axes') ?? []));
    case 'Slice':
      return slice(source, node, constants);
    case 'Gather':
      return constants.length === 2 ? gather(source, constants[1]!, node.integer('axis', 0)) : undefined;
    case 'Concat':
      return concat(constants, node.integer('axis', 0));
    default:
      return undefined;
  }
}
