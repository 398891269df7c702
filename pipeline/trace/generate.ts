// A network that writes: each character is chosen from what it expects, and read in turn.
import type { Random } from '../base/random.ts';
import type { Signal } from '../base/signals.ts';
import type { Engine } from '../engines/engine.ts';
import { signalName } from '../lstm/names.ts';
import { stateFromOutputs, stateToInputs, zeroState } from '../lstm/state.ts';
import { type LayerSignals, signalsOfCells } from './read.ts';
import { compileReading, type Network } from './streams.ts';

export interface Generation extends Omit<Network, 'sequence'> {
  readonly engine: Engine;
  /** What it goes on from; at least one character. */
  readonly seedIds: Int32Array;
  /** Characters to write. */
  readonly length: number;
  readonly sampling: Sampling;
  readonly random: Random;
  progress?(characters: number): void;
}

export interface Generated {
  /** What was written, without the seed. */
  readonly ids: Int32Array;
  /** For each layer and signal [length, units], as the written characters were read. */
  readonly layers: readonly LayerSignals[];
}

/** Reads the seed and writes on from it; the same seed of `random` gives the same text on the same engine. */
export async function generate(generation: Generation): Promise<Generated> {
  const { engine, architecture, seedIds, length, sampling, random } = generation;
  const program = await compileReading(engine, generation, { steps: 1, streams: 1 }, true);
  const ids = new Int32Array(length);
  const given = signalsOfCells(architecture).signals;
  const layers = architecture.units.map((units) => emptySignals(given, length, units));
  let state = zeroState(architecture, 1);
  const read = async (id: number) => {
    const outputs = await program.run({ ...stateToInputs(state), ids: Int32Array.of(id) });
    state = stateFromOutputs(architecture, outputs);
    return outputs;
  };
  try {
    let outputs = await read(seedIds[0]!);
    for (const id of seedIds.subarray(1)) outputs = await read(id);
    for (let t = 0; t < length; t++) {
      ids[t] = choose(outputs.logProbabilities!, sampling, random);
      outputs = await read(ids[t]!);
      layers.forEach((signals, layer) => {
        for (const signal of given) {
          signals[signal]!.set(outputs[signalName(layer, signal)]!, t * architecture.units[layer]!);
        }
      });
      generation.progress?.(1);
    }
  } finally {
    await program.dispose();
  }
  return { ids, layers };
}

function emptySignals(signals: readonly Signal[], length: number, units: number): LayerSignals {
  return Object.fromEntries(signals.map((signal) => [signal, new Float32Array(length * units)]));
}

/** How the next character is chosen: the likeliest, or at random with the log-probabilities divided by `temperature`. */
export type Sampling = { readonly kind: 'greedy' } | { readonly kind: 'random'; readonly temperature: number };

/**
 * @param logProbabilities of every character, in nats
 * @returns the index of the chosen one; the first of equally likely ones where greedy
 */
export function choose(logProbabilities: Float32Array, sampling: Sampling, random: Random): number {
  if (sampling.kind === 'greedy') return logProbabilities.indexOf(Math.max(...logProbabilities));
  const highest = Math.max(...logProbabilities);
  const weights = logProbabilities.map((value) => Math.exp((value - highest) / sampling.temperature));
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let k = 0; k < weights.length; k++) {
    left -= weights[k]!;
    if (left < 0) return k;
  }
  return weights.length - 1;
}
