// Adam (Kingma and Ba 2015) with the gradient's global norm clipped (Pascanu, Mikolov and Bengio 2013) and a running
// average of the weights (Polyak and Juditsky 1992), over flat float32 arrays; and the masks of dropout.
import type { Random } from '../base/random.ts';
import type { Configuration } from './configuration.ts';

/** A tensor that is trained, with what the optimiser remembers of it. */
export interface Trained {
  readonly weights: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Exponential average of the weights, which is evaluated in their place. */
  readonly average: Float32Array;
}

type AdamOptions = Pick<Configuration, 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'averageDecay'>;

export function startTraining(weights: Float32Array): Trained {
  return {
    weights: weights.slice(),
    firstMoment: new Float32Array(weights.length),
    secondMoment: new Float32Array(weights.length),
    average: weights.slice(),
  };
}

/** Euclidean norm of all gradients together. */
export function globalNorm(gradients: readonly Float32Array[]): number {
  let sum = 0;
  for (const gradient of gradients) {
    for (let k = 0; k < gradient.length; k++) sum += gradient[k]! * gradient[k]!;
  }
  return Math.sqrt(sum);
}

/** Factor that brings the gradients' global norm down to `limit` where it is above. */
export function clippingScale(gradients: readonly Float32Array[], limit: number): number {
  const norm = globalNorm(gradients);
  return norm > limit ? limit / norm : 1;
}

/**
 * One step of Adam in place.
 * @param step number of this step, from 1
 * @param scale factor on the gradient, from {@link clippingScale}
 */
export function adamStep(
  tensor: Trained,
  gradient: Float32Array,
  step: number,
  scale: number,
  { learningRate, beta1, beta2, epsilon, averageDecay }: AdamOptions,
): void {
  const { weights, firstMoment, secondMoment, average } = tensor;
  const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  const floor = epsilon * Math.sqrt(1 - beta2 ** step);
  // Early on the average follows closely, for there is little worth averaging yet.
  const keep = Math.min(averageDecay, step / (step + 10));
  for (let k = 0; k < weights.length; k++) {
    const slope = gradient[k]! * scale;
    const m = beta1 * firstMoment[k]! + (1 - beta1) * slope;
    const v = beta2 * secondMoment[k]! + (1 - beta2) * slope * slope;
    firstMoment[k] = m;
    secondMoment[k] = v;
    const weight = weights[k]! - (rate * m) / (Math.sqrt(v) + floor);
    weights[k] = weight;
    average[k] = keep * average[k]! + (1 - keep) * weight;
  }
}

/**
 * An inverted dropout mask: each entry is 0 with probability `rate`, else 1 / (1 − rate), so that means are kept
 * (Srivastava et al. 2014). The rate is met to 1 part in 65,536, for a random number serves two entries.
 */
export function dropoutMask(length: number, rate: number, random: Random): Float32Array {
  const mask = new Float32Array(length);
  const keep = 1 / (1 - rate);
  const bound = Math.round(rate * 0x10000);
  for (let k = 0; k < length; k += 2) {
    const bits = random.bits();
    mask[k] = (bits & 0xffff) < bound ? 0 : keep;
    if (k + 1 < length) mask[k + 1] = bits >>> 16 < bound ? 0 : keep;
  }
  return mask;
}

/** Drops recurrent weights for the length of a window, as in Merity, Keskar and Socher (2018). */
export function dropWeights(weights: Float32Array, mask: Float32Array): Float32Array {
  const dropped = new Float32Array(weights.length);
  for (let k = 0; k < weights.length; k++) dropped[k] = weights[k]! * mask[k]!;
  return dropped;
}
