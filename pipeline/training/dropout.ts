import type { Random } from '../base/random.ts';

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
