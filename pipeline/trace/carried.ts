// Reads sequences one after the other, whole, and hands on the state in which each of them ends.

import type { Engine } from '../engines/engine.ts';
import { outputName } from '../lstm/names.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import { type NetworkState, stateFromOutputs, zeroState } from '../lstm/state.ts';
import { type LayerSignals, signalsOf } from './read.ts';
import { readingPrograms, runWindow } from './streams.ts';
import type { Sequence } from './targets.ts';

/** Consecutive time steps of a sequence. */
export interface StepsRead {
  /** The first of them. */
  readonly start: number;
  readonly steps: number;
  /** For each layer and signal [steps, units], twice the units where the layer reads backwards too. */
  readonly layers: readonly LayerSignals[];
  /** What the network says, [steps, outputs], of a softmax the logarithms; undefined without an output layer. */
  readonly prediction: Float32Array | undefined;
}

export interface CarriedReader {
  /**
   * Reads a sequence to its end, from `state` on or from nothing.
   * @returns the state at its end
   */
  read(sequence: Sequence, state: NetworkState | undefined, visit: (part: StepsRead) => void): Promise<NetworkState>;
  dispose(): Promise<void>;
}

/** Time steps of a whole window. What does not fill one is read step by step, so that no padding spoils the state. */
const STEPS = 32;

/**
 * A network that reads backwards too needs all of a sequence in one window; the others are read in short ones.
 * @param engine should run a program of any length at once, as the reference does, where the network reads backwards
 */
export function carriedReader(engine: Engine, architecture: Architecture, parameters: Parameters): CarriedReader {
  const readsBackwards = architecture.bidirectional?.includes(true) ?? false;
  const { programFor, dispose } = readingPrograms(engine, { architecture, parameters }, 1, true);
  return {
    async read(sequence, from, visit) {
      let state = from ?? zeroState(architecture, 1);
      for (let start = 0; start < sequence.length; ) {
        const left = sequence.length - start;
        const steps = readsBackwards ? left : left >= STEPS ? STEPS : 1;
        const program = await programFor(steps);
        const outputs = await runWindow(program, sequence, { steps, streams: 1 }, [start], state);
        state = stateFromOutputs(architecture, outputs);
        const layers = signalsOf(outputs, architecture);
        visit({ start, steps, layers, prediction: outputs[outputName(architecture)] });
        start += steps;
      }
      return state;
    },
    dispose,
  };
}
