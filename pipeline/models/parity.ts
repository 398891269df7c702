// Whether an imported network does what its own framework makes it do.

import { InputError } from '../base/errors.ts';
import { integerBelow, normal, type Random } from '../base/random.ts';
import { referenceEngine } from '../engines/reference.ts';
import { outputName, signalName } from '../lstm/names.ts';
import { readingComputation } from '../lstm/network.ts';
import { type Architecture, namedValues, readsNumbers } from '../lstm/parameters.ts';
import { stateToInputs, zeroState } from '../lstm/state.ts';
import { type ImportedModel, OWN_FORMAT } from './open.ts';

/** Beyond this the two are different networks. */
export const PARITY = 1e-4;

/** Where the framework takes any number of them. */
const STEPS = 20;

export type Parity =
  | { readonly kind: 'checked'; readonly steps: number; readonly difference: number }
  /** Where the framework does not run here, or refuses to run the file. */
  | { readonly kind: 'unchecked'; readonly reason: string };

/**
 * Lets both read a random sequence.
 * @throws InputError where they differ by more than {@link PARITY}
 */
export async function checkParity(model: ImportedModel, random: Random, file: string): Promise<Parity> {
  const { architecture } = model.description;
  const { run, runSteps: steps = STEPS, format } = model.origin;
  if (run === undefined) {
    const reason = format === OWN_FORMAT ? 'it is a file of this project' : 'its framework does not run here';
    return { kind: 'unchecked', reason };
  }
  const { given, read } = randomInputs(architecture, steps, random);
  let expected: Float32Array;
  try {
    expected = await run(given, steps);
  } catch (error) {
    if (error instanceof InputError) return { kind: 'unchecked', reason: error.what };
    throw error;
  }
  const window = { steps, streams: 1 };
  const program = await referenceEngine(Float32Array).compile(readingComputation(architecture, window, true));
  const weights = namedValues(architecture, model.parameters);
  const outputs = await program.run({ ...weights, ...stateToInputs(zeroState(architecture, 1)), ...read });
  const difference = largestDifference(expected, outputOf(architecture, outputs));
  if (difference <= PARITY) return { kind: 'checked', steps, difference };
  throw new InputError(
    `Its own framework computes other outputs: they differ by up to ${difference.toPrecision(2)}.`,
    { file },
    'Something in the file was misread: please report it, with the file if you can.',
  );
}

/** A random sequence as the framework takes it, and as a reading of it. */
function randomInputs(architecture: Architecture, steps: number, random: Random) {
  const { inputs, embedding } = architecture;
  if (readsNumbers(architecture)) {
    const values = Float32Array.from({ length: steps * inputs }, () => normal(random));
    return { given: values, read: { values } };
  }
  const ids = Int32Array.from({ length: steps }, () => integerBelow(inputs, random));
  if (embedding !== undefined) return { given: Float32Array.from(ids), read: { ids } };
  const oneHot = new Float32Array(steps * inputs);
  ids.forEach((id, t) => {
    oneHot[t * inputs + id] = 1;
  });
  return { given: oneHot, read: { ids } };
}

/** The network's output, [steps, outputs]; without an output layer the last LSTM layer's h. */
function outputOf(architecture: Architecture, outputs: Readonly<Record<string, Float32Array>>): Float32Array {
  const last = architecture.units.length - 1;
  if (architecture.outputs === 0) return outputs[signalName(last, 'h')]!;
  const prediction = outputs[outputName(architecture)]!;
  return (architecture.outputActivation ?? 'softmax') === 'softmax' ? prediction.map(Math.exp) : prediction;
}

/** Of all steps, or of the last ones where the framework gives only those; infinite where the sizes do not fit. */
function largestDifference(expected: Float32Array, found: Float32Array): number {
  const offset = found.length - expected.length;
  if (expected.length === 0 || offset < 0) return Number.POSITIVE_INFINITY;
  let largest = 0;
  expected.forEach((value, k) => {
    const difference = Math.abs(value - found[offset + k]!);
    // Also where it is NaN.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  });
  return largest;
}
