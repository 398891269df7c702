// A device is offered only where a short reading and its gradients agree with the reference.

import { normal, seededRandom } from '../base/random.ts';
import { trainingComputation } from '../lstm/backward.ts';
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

/** @returns the largest relative difference of any output, gradients and end states among them */
export async function differenceFromReference(engine: Engine): Promise<number> {
  const computation = trainingComputation(ARCHITECTURE, WINDOW);
  const random = seededRandom(1);
  const inputs: Inputs = Object.fromEntries(
    Object.entries(computation.inputs).map(([name, { rows, columns, kind }]) => [
      name,
      kind === 'index'
        ? Int32Array.from({ length: rows }, () => Math.floor(random.uniform() * ARCHITECTURE.inputs))
        : Float32Array.from({ length: rows * columns }, () => 0.5 * normal(random)),
    ]),
  );
  const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
  const program = await engine.compile(computation);
  const found = await program.run(inputs);
  await program.dispose();
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
