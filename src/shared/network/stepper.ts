// The network a step at a time: what it remembers goes in and comes out, so that a reading can be taken up anywhere.
import { type LstmSignal, SIGNALS } from '../../../pipeline/base/signals.ts';
import { referenceEngine } from '../../../pipeline/engines/reference.ts';
import { stepComputation } from '../../../pipeline/lstm/clamped.ts';
import { clampedName, keepName, outputName, signalName } from '../../../pipeline/lstm/names.ts';
import { type Architecture, namedValues, type Parameters } from '../../../pipeline/lstm/parameters.ts';
import { type NetworkState, stateFromOutputs, stateToInputs } from '../../../pipeline/lstm/state.ts';

/** A cell that tells the others a constant instead of its own h. */
export interface Hold {
  /** From 0. */
  readonly layer: number;
  readonly unit: number;
  /** In [-1, 1], as h is. */
  readonly value: number;
}

/** What one character made of the network. */
export interface Step {
  readonly state: NetworkState;
  /** Log-probabilities of the character after it. */
  readonly said: Float32Array;
  /** Of each layer. */
  readonly signals: readonly Readonly<Record<LstmSignal, Float32Array>>[];
}

/** Reads one character, by its number in the vocabulary, from a state, which it leaves as it is. */
export type Stepper = (state: NetworkState, id: number, holds: readonly Hold[]) => Promise<Step>;

function holdInputs({ units }: Architecture, holds: readonly Hold[]): Record<string, Float32Array> {
  const inputs = units.flatMap((size, layer) => {
    const keep = new Float32Array(size).fill(1);
    const held = new Float32Array(size);
    for (const { unit, value } of holds.filter((hold) => hold.layer === layer)) {
      keep[unit] = 0;
      held[unit] = value;
    }
    return [
      [keepName(layer), keep],
      [clampedName(layer), held],
    ];
  });
  return Object.fromEntries(inputs);
}

/** @throws RangeError for a network that reads backwards too */
export async function createStepper(architecture: Architecture, parameters: Parameters): Promise<Stepper> {
  const program = await referenceEngine(Float32Array).compile(
    stepComputation(architecture),
    namedValues(architecture, parameters),
  );
  return async (state, id, holds) => {
    const inputs = { ...stateToInputs(state), ids: Int32Array.of(id), ...holdInputs(architecture, holds) };
    const outputs = await program.run(inputs);
    return {
      state: stateFromOutputs(architecture, outputs),
      said: outputs[outputName(architecture)]!,
      signals: architecture.units.map(
        (_, layer) =>
          Object.fromEntries(
            SIGNALS.map((signal) => [signal, outputs[signalName(layer, signal)]!]),
          ) as Step['signals'][number],
      ),
    };
  };
}
