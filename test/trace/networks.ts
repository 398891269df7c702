// Small networks for the tests of trace/, and a reading of theirs that has no streams and no windows to get wrong.

import { integerBelow, normal, seededRandom } from '../../pipeline/base/random.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import type { Engine, Numbers } from '../../pipeline/engines/engine.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { initialParameters } from '../../pipeline/lstm/initialise.ts';
import { endName, signalName, stateName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import {
  type Architecture,
  gateColumns,
  listTensors,
  type Matrix,
  type Parameters,
  tensorShapes,
} from '../../pipeline/lstm/parameters.ts';
import { stateToInputs, zeroState } from '../../pipeline/lstm/state.ts';

export const ARCHITECTURE: Architecture = {
  inputs: 6,
  units: [5, 4],
  outputs: 6,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};

/** Fresh weights, but for stronger inputs, so that predictions differ. */
export function randomParameters(seed: number): Parameters {
  const random = seededRandom(seed);
  const parameters = initialParameters(ARCHITECTURE, {
    uniform: () => random.uniform(),
    normal: () => normal(random),
  });
  for (const { kernel } of [...parameters.layers, ...parameters.dense]) {
    for (let k = 0; k < kernel.data.length; k++) kernel.data[k]! *= 2;
  }
  return parameters;
}

/** Sets what a gate of one cell adds up: its bias, and nothing from anywhere unless `byInput` says so. */
function setGate(
  { kernel, recurrentKernel, bias }: { kernel: Matrix; recurrentKernel: Matrix; bias: Matrix },
  column: number,
  constant: number,
  byInput: readonly number[] = [],
): void {
  for (let row = 0; row < kernel.rows; row++) kernel.data[row * kernel.columns + column] = byInput[row] ?? 0;
  for (let row = 0; row < recurrentKernel.rows; row++) recurrentKernel.data[row * recurrentKernel.columns + column] = 0;
  bias.data[column] = constant;
}

/**
 * As {@link randomParameters}, but a cell of each layer that forgets a ten-thousandth a character, so that a segment of a
 * thousand characters ends with nine tenths of what it started with, and that goes on adding up what it reads.
 */
export function rememberingParameters(seed: number): Parameters {
  const parameters = randomParameters(seed);
  parameters.layers.forEach((layer, index) => {
    const units = ARCHITECTURE.units[index]!;
    const column = (gate: 'i' | 'f' | 'g') => gateColumns(gate, units).from;
    setGate(layer, column('f'), Math.log(9999)); // σ(ln 9999) = 0.9999
    setGate(layer, column('i'), -5);
    setGate(layer, column('g'), 0.1, [0.9, -0.3, 0.2, -0.4, 0.5, -0.2]);
  });
  return parameters;
}

/**
 * As {@link rememberingParameters}, but the first of those cells lets in less the more it shows, so that what is left of
 * a change at a segment's start is not what its forget gates say.
 */
export function selfMindingParameters(seed: number): Parameters {
  const parameters = rememberingParameters(seed);
  parameters.layers[0]!.recurrentKernel.data[gateColumns('i', ARCHITECTURE.units[0]!).from] = -1;
  return parameters;
}

export function randomIds(length: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  return Int32Array.from({ length }, () => integerBelow(ARCHITECTURE.inputs, random));
}

export interface StepwiseReading {
  /** By names as in `layer1.c`, [characters, units]. */
  readonly signals: Record<string, Numbers>;
  /** [characters, outputs] */
  readonly logProbabilities: Numbers;
}

/** Reads one character after the other, in float64 unless an engine is given. */
export async function readStepwise(
  parameters: Parameters,
  ids: Int32Array,
  engine: Engine<Numbers> = referenceEngine<Numbers>(Float64Array),
): Promise<StepwiseReading> {
  const { units, outputs } = ARCHITECTURE;
  const program = await engine.compile(readingComputation(ARCHITECTURE, { steps: 1, streams: 1 }, true));
  const tensors = listTensors(parameters);
  const weights = Object.fromEntries(tensorShapes(ARCHITECTURE).map(({ name }, k) => [name, tensors[k]!.data]));
  const names = units.flatMap((_, layer) => SIGNALS.map((signal) => ({ layer, name: signalName(layer, signal) })));
  const signals = Object.fromEntries(
    names.map(({ layer, name }) => [name, new Float64Array(ids.length * units[layer]!)]),
  );
  const logProbabilities = new Float64Array(ids.length * outputs);
  let state: Record<string, Numbers> = stateToInputs(zeroState(ARCHITECTURE, 1));
  for (let t = 0; t < ids.length; t++) {
    const found = await program.run({ ...weights, ...state, ids: ids.subarray(t, t + 1) });
    for (const { layer, name } of names) signals[name]!.set(found[name]!, t * units[layer]!);
    logProbabilities.set(found.logProbabilities!, t * outputs);
    state = Object.fromEntries(
      units.flatMap((_, layer) =>
        (['h', 'c'] as const).map((part) => [stateName(layer, part), found[endName(layer, part)]!]),
      ),
    );
  }
  return { signals, logProbabilities };
}
