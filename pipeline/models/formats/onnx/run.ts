// Runs an ONNX file by the runtime itself, as a check of what was read from it.
import onnx from 'onnx-proto';
import { InputError } from '../../../base/errors.ts';
import { type Feed, runModel } from '../../../engines/index.ts';
import type { ForeignNetwork } from '../../foreign.ts';
import type { Graph, GraphInput } from './graph.ts';
import type { Output } from './output.ts';
import { type Axis, type Dimension, type Signal, sameAxes, sizeOf } from './values.ts';

const { DataType } = onnx.onnx.TensorProto;
const TYPES: Readonly<Record<number, Feed['type']>> = {
  [DataType.FLOAT]: 'float32',
  [DataType.INT32]: 'int32',
  [DataType.INT64]: 'int64',
};

/**
 * @returns undefined where the file reads several sequences at once, another number format, or gives its values in an
 *   order that is not step by step
 */
export function runnerOf({ inputs, beside }: Graph, { name, signal }: Output, file: string): ForeignNetwork['run'] {
  const input = inputs.find(({ name }) => name === signal.source);
  const { steps, batch, features } = signal;
  if (input === undefined || steps === undefined || batch === undefined || features === undefined) return undefined;
  const isBatch = (axis: Axis) => batch.includes(axis);
  const withoutBatch = (dimensions: readonly Dimension[]) => dimensions.flat().filter((axis) => !isBatch(axis));
  const batchSize = sizeOf(batch);
  if (batchSize !== undefined && batchSize !== 1) return undefined;
  const read = withoutBatch(input.signal.dimensions);
  const given = withoutBatch(signal.dimensions);
  const isInOrder = sameAxes(read, [...steps, ...read.filter((axis) => !steps.includes(axis))]);
  if (!isInOrder || !sameAxes(given, signal.last ? features : [...steps, ...features])) return undefined;
  if (inputs.some(({ type }) => TYPES[type] === undefined)) return undefined;
  const only = sizeOf(steps);
  return async (sequence, count) => {
    if (only !== undefined && count !== only) {
      const fix = `Give it ${only}, or export the model for any length.`;
      throw new InputError(`It reads sequences of ${only} steps alone, not of ${count}.`, { file }, fix);
    }
    const feeds = inputs.map((one) =>
      one === input ? feed(one, sequence, signal, count) : feed(one, new Float32Array(), signal, count),
    );
    const found = await runModel(file, feeds, name, [...beside]);
    return givesLogarithms(signal) ? found.map(Math.exp) : found;
  };
}

/** Whether the file gives the logarithms of probabilities, where its network is described by the probabilities. */
export function givesLogarithms({ layers }: Signal): boolean {
  const last = layers.at(-1);
  return last?.kind === 'dense' && last.isLogarithm === true;
}

/** A tensor of one sequence, or of zeros where there are no values. */
function feed({ name, type, signal }: GraphInput, values: Float32Array, { steps, batch }: Signal, count: number): Feed {
  const sizes = signal.dimensions.map((dimension) => {
    if (dimension.length > 0 && dimension.every((axis) => steps?.includes(axis))) return count;
    return dimension.some((axis) => batch?.includes(axis)) ? 1 : sizeOf(dimension);
  });
  const known = sizes.reduce<number>((product, size) => product * (size ?? 1), 1);
  // What the file leaves open is the count of features of a sequence, or one sequence's state.
  const dims = sizes.map((size) => size ?? Math.max(1, values.length / known));
  const total = dims.reduce((product, size) => product * size, 1);
  return { name, type: TYPES[type]!, dims, values: values.length === 0 ? new Float32Array(total) : values };
}
