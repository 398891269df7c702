// A small network with random weights, ready to read; large enough weights that its signals go all over their ranges.

import { DOMAINS } from '../../../../pipeline/base/bytes.ts';
import { normal, seededRandom } from '../../../../pipeline/base/random.ts';
import { initialParameters } from '../../../../pipeline/lstm/initialise.ts';
import { type Architecture, listTensors, namedValues, type Parameters } from '../../../../pipeline/lstm/parameters.ts';
import type { Network } from '../../../../src/shared/network/reading.ts';
import { createStepper } from '../../../../src/shared/network/stepper.ts';

export const architecture: Architecture = {
  inputs: 9,
  units: [6, 5],
  outputs: 9,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};
const random = seededRandom(3);
export const parameters: Parameters = initialParameters(architecture, {
  uniform: () => random.uniform(),
  normal: () => normal(random),
});
for (const { data } of listTensors(parameters)) for (let k = 0; k < data.length; k++) data[k]! *= 3;
export const values = namedValues(architecture, parameters);

export async function smallNetwork(): Promise<Network> {
  return { architecture, stepper: await createStepper(architecture, parameters), domains: DOMAINS };
}

/** A text of the vocabulary, the same for the same seed. */
export function randomText(length: number, seed = 1): Int32Array {
  const from = seededRandom(seed);
  return Int32Array.from({ length }, () => Math.floor(from.uniform() * architecture.inputs));
}
