// The untrained twin: the same architecture with fresh weights, scored the same way.

import { normal, seededRandom } from '../base/random.ts';
import { initialParameters } from '../lstm/initialise.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import { orthonormalise } from '../statistics/orthonormal.ts';
import { foldInputScaling, foldScaling } from '../training/scaling.ts';
import type { NetworkGallery } from './network.ts';

/** Of the first twin's weights, so that all builds of a gallery have the same ones; each further twin has the next seed. */
export const TWIN_SEED = 20_150_521;
/** Untrained networks that a trained one is compared with. */
export const TWINS = 5;

/** Those that were made, by what they are made of: they are read by more than one stage, and take seconds to make. */
const made = new Map<string, Parameters>();

/** @param number of the twin, from 0 */
export function untrainedTwin(architecture: Architecture, number = 0): Parameters {
  const key = JSON.stringify([number, architecture]);
  const known = made.get(key) ?? freshWeights(architecture, TWIN_SEED + number);
  made.set(key, known);
  return known;
}

function freshWeights(architecture: Architecture, seed: number): Parameters {
  const random = seededRandom(seed);
  const deviates = { uniform: () => random.uniform(), normal: () => normal(random) };
  return initialParameters(architecture, deviates, orthonormalise);
}

/** Fresh weights for what a gallery's network reads. @param number of the twin, from 0 */
export function twinOf(
  { card, targets, scaling }: Pick<NetworkGallery, 'card' | 'targets' | 'scaling'>,
  number = 0,
): Parameters {
  const twin = untrainedTwin(card.architecture, number);
  if (scaling === null) return twin;
  return (targets === null ? foldInputScaling : foldScaling)(twin, scaling);
}
