// The untrained twin: the same architecture with fresh weights, scored the same way.
import { initialParameters } from '../lstm/initialise.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import { normal, seededRandom } from '../random.ts';

/** Of every twin's weights, so that all builds of a gallery have the same one. */
export const TWIN_SEED = 20_150_521;

export function untrainedTwin(architecture: Architecture): Parameters {
  const random = seededRandom(TWIN_SEED);
  return initialParameters(architecture, { uniform: () => random.uniform(), normal: () => normal(random) });
}
