// The untrained twin: the same architecture with fresh weights, scored the same way.

import { normal, seededRandom } from '../base/random.ts';
import { initialParameters } from '../lstm/initialise.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import { foldInputScaling, foldScaling } from '../training/scaling.ts';
import type { NetworkGallery } from './network.ts';

/** Of every twin's weights, so that all builds of a gallery have the same one. */
export const TWIN_SEED = 20_150_521;

export function untrainedTwin(architecture: Architecture): Parameters {
  const random = seededRandom(TWIN_SEED);
  return initialParameters(architecture, { uniform: () => random.uniform(), normal: () => normal(random) });
}

/** Fresh weights for what a gallery's network reads. */
export function twinOf({ card, targets, scaling }: Pick<NetworkGallery, 'card' | 'targets' | 'scaling'>): Parameters {
  const twin = untrainedTwin(card.architecture);
  if (scaling === null) return twin;
  return (targets === null ? foldInputScaling : foldScaling)(twin, scaling);
}
