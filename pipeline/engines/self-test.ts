// Whether an engine computes what the reference does: a network small enough to take no time, forward and backward.
import { normal, seededRandom } from '../base/random.ts';
import { trainingComputation } from '../lstm/backward.ts';
import type { Computation } from '../lstm/ops.ts';
import type { Architecture } from '../lstm/parameters.ts';
import type { Engine, Inputs } from './engine.ts';
import { referenceEngine } from './reference.ts';

const ARCHITECTURE: Architecture = {
  inputs: 11,
  units: [24, 16],
  outputs: 11,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};
const WINDOW = { steps: 12, streams: 4 };

/** How far an engine may be from the reference, relative to the largest magnitude of each output. */
export const AGREEMENT = 1e-5;

/**
 * Random inputs of a network that reads characters.
 * @param characters how many there are
 * @param deviation standard deviation of all that is no index
 */
export function randomInputs(computation: Computation, characters: number, deviation: number): Inputs {
  const random = seededRandom(1);
  return Object.fromEntries(
    Object.entries(computation.inputs).map(([name, { rows, columns, kind }]) => [
      name,
      kind === 'index'
        ? Int32Array.from({ length: rows }, () => Math.floor(random.uniform() * characters))
        : Float32Array.from({ length: rows * columns }, () => deviation * normal(random)),
    ]),
  );
}

/**
 * @returns the largest relative difference of any output, gradients and end states among them
 * @throws whatever the engine throws where its device is not there
 */
export async function differenceFromReference(engine: Engine): Promise<number> {
  const computation = trainingComputation(ARCHITECTURE, WINDOW);
  const inputs = randomInputs(computation, ARCHITECTURE.inputs, 0.5);
  const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
  const program = await engine.compile(computation);
  const found = await program.run(inputs).finally(() => program.dispose());
  return Math.max(...Object.entries(expected).map(([name, values]) => relativeDifference(found[name]!, values)));
}

function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let magnitude = 0;
  for (let k = 0; k < expected.length; k++) {
    difference = Math.max(difference, Math.abs(found[k]! - expected[k]!));
    magnitude = Math.max(magnitude, Math.abs(expected[k]!));
  }
  return difference / magnitude;
}
