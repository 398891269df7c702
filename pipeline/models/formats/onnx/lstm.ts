// ONNX's LSTM operator -> a layer, and the axes of what it gives.
// https://onnx.ai/onnx/operators/onnx__LSTM.html
import { InputError } from '../../../base/errors.ts';
import type { LayerParameters, Matrix } from '../../../lstm/parameters.ts';
import { unsupported } from '../../foreign.ts';
import { addBiases, fromGateRows } from '../../gate-rows.ts';
import { readFunctions } from './activations.ts';
import type { Node } from './node.ts';
import {
  type Axis,
  type Constant,
  dimensionOf,
  type OpenLayer,
  type Signal,
  sameAxes,
  sizeOf,
  type Value,
} from './values.ts';

const DIRECTIONS: Readonly<Record<string, 1 | 2>> = { forward: 1, reverse: 1, bidirectional: 2 };

export interface LstmOutputs {
  /** Y, Y_h and Y_c */
  readonly outputs: readonly Value[];
  /** Whether its first state comes from outside. */
  readonly readsState: boolean;
}

/**
 * @param inputs X, W, R, B, sequence_lens, initial_h, initial_c, P; undefined where one is left out
 * @throws {InputError} weights that are not in the file or do not fit each other, and whatever no cell of this project does
 */
export function readLstm(node: Node, inputs: readonly (Value | undefined)[], file: string): LstmOutputs {
  const place = { file, tensor: node.name };
  const [x, w, r, b, lengths, startH, startC, peepholes] = inputs;
  refuseExtras(node, lengths, peepholes, file);
  if (x?.kind !== 'signal') throw unsupported(`The LSTM reads ${describe(x)}`, place);
  const direction = node.text('direction', 'forward');
  const directions = DIRECTIONS[direction];
  if (directions === undefined) throw unsupported(`The direction is "${direction}"`, place, 'Export the model again.');
  const axes = node.integer('layout', 0) === 0 ? { steps: 0, batch: 1 } : { steps: 1, batch: 0 };
  const weights = readWeights(node, [w, r, b], directions, file);
  checkInput(x, axes, weights[0]!.kernel.rows, node, file);
  const [forward, backward] = weights;
  const layer: OpenLayer = {
    kind: direction === 'reverse' ? 'reverse' : 'lstm',
    name: node.name,
    forward: forward!,
    ...(backward === undefined ? {} : { backward }),
    ...readFunctions(node, directions, file),
  };
  const steps = x.dimensions[axes.steps]!;
  const batch = x.dimensions[axes.batch]!;
  const both: Axis | undefined = directions === 2 ? { size: 2 } : undefined;
  const bothAxes = both === undefined ? [] : [both];
  const units = dimensionOf(weights[0]!.recurrentKernel.rows);
  const signal: Signal = {
    kind: 'signal',
    source: x.source,
    dimensions: axes.steps === 0 ? [steps, bothAxes, batch, units] : [batch, steps, bothAxes, units],
    features: [...bothAxes, ...units],
    layers: [...x.layers, layer],
    steps,
    batch,
    ...(both === undefined ? {} : { directions: both }),
    last: false,
  };
  // A direction that reads backwards ends at the first step: both ends together are no step's output.
  const end: Value =
    direction === 'forward'
      ? { ...signal, dimensions: axes.steps === 0 ? [[], batch, units] : [batch, [], units], last: true }
      : { kind: 'state' };
  const readsState = [startH, startC].map((state) => comesFromOutside(state, x, node, file)).includes(true);
  return { outputs: [signal, end, { kind: 'state' }], readsState };
}

function describe(value: Value | undefined): string {
  if (value?.kind === 'unknown') return `what the operator ${value.operator} gives`;
  return value === undefined ? 'nothing' : 'no sequence that the network is given';
}

function refuseExtras(node: Node, lengths: Value | undefined, peepholes: Value | undefined, file: string): void {
  const place = { file, tensor: node.name };
  if (peepholes !== undefined) throw unsupported('The LSTM has peepholes (its input P)', place, 'Train one without.');
  if (node.has('clip')) throw unsupported('The LSTM clips what its gates add up (clip)', place, 'Train one without.');
  if (node.integer('input_forget', 0) !== 0) {
    throw unsupported('The LSTM couples its input and forget gates (input_forget)', place, 'Train one without.');
  }
  if (lengths === undefined) return;
  throw unsupported('The LSTM is given lengths of sequences (sequence_lens)', place, 'Export it for whole sequences.');
}

function checkInput(x: Signal, at: { steps: number; batch: number }, inputs: number, node: Node, file: string): void {
  const place = { file, tensor: node.name };
  const features = x.dimensions[2];
  if (x.dimensions.length !== 3 || features === undefined) {
    throw new InputError(`The LSTM reads a tensor of ${x.dimensions.length} axes, not three.`, place, AGAIN);
  }
  const isMoved = x.steps !== undefined && !sameAxes(x.steps, x.dimensions[at.steps]!);
  if (x.last)
    throw unsupported('The LSTM reads the last step alone of the layer before it', place, 'Give it all steps.');
  if (isMoved || (x.features !== undefined && !sameAxes(features, x.features))) {
    throw unsupported('The LSTM reads along another axis than the layer before it', place, 'Export the model again.');
  }
  const size = sizeOf(features);
  if (size !== undefined && size !== inputs) {
    throw new InputError(
      `The LSTM reads ${size} values at each step, but its weights ask for ${inputs}.`,
      place,
      AGAIN,
    );
  }
}

const AGAIN = 'The file is damaged: export the model again.';

/** Whether a first state is given by whoever runs the file; else it must be zero. */
function comesFromOutside(state: Value | undefined, x: Signal, node: Node, file: string): boolean {
  if (state === undefined || state.kind === 'zeros') return false;
  if (state.kind === 'constant' && state.data.every((value) => value === 0)) return false;
  if (state.kind === 'signal' && state.layers.length === 0 && state.source !== x.source) return true;
  if (state.kind === 'unknown' && state.isInput && !state.sources.includes(x.source)) return true;
  throw unsupported(
    'The LSTM starts from a state that is neither zero nor an input of the file',
    { file, tensor: node.name },
    'Export it with a state of zeros.',
  );
}

// Its weights, a direction each.

/** The order of the gates' rows in ONNX; it writes c for the candidate g. */
export const GATE_ORDER = ['i', 'o', 'f', 'g'] as const;

/**
 * Takes W [directions, 4·units, inputs], R [directions, 4·units, units] and B [directions, 8·units], which may be left
 * out, apart into directions.
 * @throws {InputError} tensors that are not in the file or do not fit each other
 */
export function readWeights(
  node: Node,
  [w, r, b]: readonly (Value | undefined)[],
  directions: number,
  file: string,
): LayerParameters[] {
  const place = { file, tensor: node.name };
  if (w?.kind !== 'constant' || r?.kind !== 'constant' || (b !== undefined && b.kind !== 'constant')) {
    const fix = 'Export the model with its weights in the file, and its constants folded.';
    throw new InputError('The weights of the LSTM are not all in the file.', place, fix);
  }
  const units = r.dims[2] ?? 0;
  const expected = {
    W: [directions, 4 * units, w.dims[2] ?? 0],
    R: [directions, 4 * units, units],
    B: [directions, 8 * units],
  };
  for (const [name, tensor] of [
    ['W', w],
    ['R', r],
    ['B', b],
  ] as const) {
    if (tensor === undefined || `${tensor.dims}` === `${expected[name]}`) continue;
    throw new InputError(`${name} has the shape [${tensor.dims}], where [${expected[name]}] fits.`, place, AGAIN);
  }
  if (units === 0 || expected.W[2] === 0 || node.integer('hidden_size', units) !== units) {
    const what = `The LSTM has ${units} units, ${expected.W[2]} inputs and the hidden_size ${node.integer('hidden_size', units)}.`;
    throw new InputError(what, place, AGAIN);
  }
  return Array.from({ length: directions }, (_, direction) => ({
    kernel: fromGateRows(part(w, direction, w.dims[2]!), GATE_ORDER),
    recurrentKernel: fromGateRows(part(r, direction, units), GATE_ORDER),
    bias: biasOf(b, direction, units),
  }));
}

/** One direction of W or R, [4·units, columns]. */
function part({ dims, data }: Constant, direction: number, columns: number): Matrix {
  const rows = dims[1]!;
  const size = rows * columns;
  return { rows, columns, data: Float32Array.from(data.subarray(direction * size, (direction + 1) * size)) };
}

function biasOf(b: Constant | undefined, direction: number, units: number): Matrix {
  const rows = 4 * units;
  if (b === undefined) return { rows: 1, columns: rows, data: new Float32Array(rows) };
  const [first, second] = [2 * direction, 2 * direction + 1].map((index) => {
    const data = Float32Array.from(b.data.subarray(index * rows, (index + 1) * rows));
    return fromGateRows({ rows, columns: 1, data }, GATE_ORDER);
  });
  return addBiases(first!, second!);
}
