// A small network with random weights and a random window, for holding engines against each other.

import { normal, type Random, seededRandom } from '../../pipeline/base/random.ts';
import type { Inputs } from '../../pipeline/engines/engine.ts';
import { trainingComputation } from '../../pipeline/lstm/backward.ts';
import type { Window } from '../../pipeline/lstm/names.ts';
import type { Computation, Shape } from '../../pipeline/lstm/ops.ts';
import type { Architecture, RecurrentActivation } from '../../pipeline/lstm/parameters.ts';

export const SIGMOID: RecurrentActivation = { kind: 'sigmoid' };
export const KERAS_2_HARD_SIGMOID: RecurrentActivation = { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 };

export function smallArchitecture(recurrentActivation: RecurrentActivation, units = [5, 4]): Architecture {
  return { inputs: 7, units, outputs: 6, cellActivation: 'tanh', recurrentActivation };
}

function randomInput(name: string, { rows, columns, kind }: Shape, architecture: Architecture, random: Random) {
  if (kind === 'index') {
    const bound = name === 'targets' ? architecture.outputs : architecture.inputs;
    return Int32Array.from({ length: rows }, () => Math.floor(random.uniform() * bound));
  }
  return Float64Array.from({ length: rows * columns }, () => 0.5 * normal(random));
}

export function randomInputs(computation: Computation, architecture: Architecture, seed: number): Inputs {
  const random = seededRandom(seed);
  return Object.fromEntries(
    Object.entries(computation.inputs).map(([name, shape]) => [name, randomInput(name, shape, architecture, random)]),
  );
}

export function trainingExample(architecture: Architecture, window: Window, seed = 1) {
  const computation = trainingComputation(architecture, window);
  return { computation, inputs: randomInputs(computation, architecture, seed) };
}

/** Largest difference, relative to the largest magnitude of what is expected. */
export function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let magnitude = 0;
  for (let k = 0; k < expected.length; k++) {
    difference = Math.max(difference, Math.abs(found[k]! - expected[k]!));
    magnitude = Math.max(magnitude, Math.abs(expected[k]!));
  }
  return found.length === expected.length ? difference / magnitude : Number.POSITIVE_INFINITY;
}
