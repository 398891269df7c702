// Runs an imported network by the reference engine, to be held against what its own framework gave.
import { expect } from 'vitest';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { outputName, signalName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import { namedValues } from '../../pipeline/lstm/parameters.ts';
import { stateToInputs, zeroState } from '../../pipeline/lstm/state.ts';
import type { CanonicalNetwork, ForeignNetwork } from '../../pipeline/models/foreign.ts';
import type { LayeredModel } from '../../pipeline/models/graph/model.ts';

export type Rows = readonly (readonly number[])[];

/** What a framework gave for one sequence, from the zero state. */
export interface Expected {
  /** [steps, inputs], or [steps] numbers of characters */
  readonly input: Rows | readonly number[];
  /** [steps, outputs], or the last step's alone */
  readonly output: Rows | readonly number[];
  /** Of each layer each signal, [steps, units] */
  readonly signals?: readonly Readonly<Record<string, Rows>>[];
}

const flat = (values: Rows | readonly number[]): number[] => (values as readonly (number | readonly number[])[]).flat();

function largestDifference(found: Float32Array, expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  return expected.reduce((most, value, k) => Math.max(most, Math.abs(value - found[k]!)), 0);
}

/**
 * The largest difference of any output or signal from what a framework gave; of a softmax the probabilities are
 * compared, and where the framework gave the last step alone, that step.
 */
export async function differenceFrom(network: CanonicalNetwork, { input, output, signals = [] }: Expected) {
  const { architecture, parameters } = network;
  const steps = input.length;
  const program = await referenceEngine(Float32Array).compile(
    readingComputation(architecture, { steps, streams: 1 }, true),
    namedValues(architecture, parameters),
  );
  const values = flat(input);
  const read =
    architecture.reads === 'numbers' ? { values: Float32Array.from(values) } : { ids: Int32Array.from(values) };
  const found = await program.run({ ...stateToInputs(zeroState(architecture, 1)), ...read });
  const top = architecture.units.length - 1;
  const name = architecture.outputs === 0 ? signalName(top, 'h') : outputName(architecture);
  const prediction = name === 'logProbabilities' ? found[name]!.map(Math.exp) : found[name]!;
  const expected = flat(output);
  const differences = signals.flatMap((layer, index) =>
    SIGNALS.map((signal) => largestDifference(found[signalName(index, signal)]!, flat(layer[signal]!))),
  );
  return Math.max(largestDifference(prediction.slice(-expected.length), expected), ...differences);
}

/** What was read of a file, as the plain stack that it has to be. */
export function asStack(found: ForeignNetwork | LayeredModel): ForeignNetwork {
  if ('nodes' in found) throw new Error(`It is no plain stack: ${found.why}`);
  return found;
}
