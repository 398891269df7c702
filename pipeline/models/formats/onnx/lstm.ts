// ONNX's LSTM operator -> a layer, and the axes of what it gives.
// https://onnx.ai/onnx/operators/onnx__LSTM.html
import { InputError } from '../../../base/errors.ts';
import type { LayerParameters } from '../../../lstm/parameters.ts';
import { unsupported } from '../../foreign.ts';
import { type CellFunctions, readFunctions } from './activations.ts';
import type { Node } from './node.ts';
import { type Axis, dimensionOf, type OpenLayer, type Signal, sameAxes, sizeOf, type Value } from './values.ts';
import { readWeights } from './weights.ts';

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
  const layer = node.integer('layout', 0) === 0 ? { steps: 0, batch: 1 } : { steps: 1, batch: 0 };
  const weights = readWeights(node, [w, r, b], directions, file);
  checkInput(x, layer, weights[0]!.kernel.rows, node, file);
  const functions = readFunctions(node, directions, file);
  const steps = x.dimensions[layer.steps]!;
  const batch = x.dimensions[layer.batch]!;
  const both: Axis | undefined = directions === 2 ? { size: 2 } : undefined;
  const bothAxes = both === undefined ? [] : [both];
  const units = dimensionOf(weights[0]!.recurrentKernel.rows);
  const signal: Signal = {
    kind: 'signal',
    source: x.source,
    dimensions: layer.steps === 0 ? [steps, bothAxes, batch, units] : [batch, steps, bothAxes, units],
    features: [...bothAxes, ...units],
    layers: [...x.layers, layerOf(node.name, direction, weights, functions)],
    steps,
    batch,
    ...(both === undefined ? {} : { directions: both }),
    last: false,
  };
  // A direction that reads backwards ends at the first step: both ends together are no step's output.
  const end: Value =
    direction === 'forward'
      ? { ...signal, dimensions: layer.steps === 0 ? [[], batch, units] : [batch, [], units], last: true }
      : { kind: 'state' };
  const readsState = [startH, startC].map((state) => comesFromOutside(state, x, node, file)).includes(true);
  return { outputs: [signal, end, { kind: 'state' }], readsState };
}

function layerOf(
  name: string,
  direction: string,
  [forward, backward]: readonly LayerParameters[],
  functions: CellFunctions,
): OpenLayer {
  const kind = direction === 'reverse' ? 'reverse' : 'lstm';
  return { kind, name, forward: forward!, ...(backward === undefined ? {} : { backward }), ...functions };
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
