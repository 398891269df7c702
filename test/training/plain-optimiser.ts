// The optimiser's arithmetic as its papers and the generator's authors have it, one number after the other.
import type { Random } from '../../pipeline/base/random.ts';
import type { Trained } from '../../pipeline/training/optimiser.ts';

export interface Options {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly averageDecay: number;
  readonly gradientNorm: number;
}

/** A mask of dropout; a random number serves two entries. */
export function plainMask(length: number, rate: number, random: Random): Float32Array {
  const mask = new Float32Array(length);
  for (let k = 0; k < length; k += 2) {
    const bits = random.bits();
    for (const [entry, half] of [bits % 0x10000, Math.floor(bits / 0x10000)].entries()) {
      if (k + entry < length) mask[k + entry] = half < Math.round(rate * 0x10000) ? 0 : 1 / (1 - rate);
    }
  }
  return mask;
}

/** Kingma and Ba's Algorithm 1 in the order of its section 2, on a gradient clipped by its norm over all tensors. */
export function plainStep(
  tensors: readonly Trained[],
  gradients: readonly Float32Array[],
  step: number,
  { learningRate, beta1, beta2, epsilon, averageDecay, gradientNorm }: Options,
): void {
  let squares = 0;
  for (const gradient of gradients) for (const value of gradient) squares += value * value;
  const norm = Math.sqrt(squares);
  const scale = norm > gradientNorm ? gradientNorm / norm : 1;
  const correction = Math.sqrt(1 - beta2 ** step);
  const rate = (learningRate * correction) / (1 - beta1 ** step);
  const keep = Math.min(averageDecay, step / (step + 10));
  tensors.forEach(({ weights, firstMoment, secondMoment, average }, index) => {
    for (let k = 0; k < weights.length; k++) {
      const slope = gradients[index]![k]! * scale;
      const m = beta1 * firstMoment[k]! + (1 - beta1) * slope;
      const v = beta2 * secondMoment[k]! + (1 - beta2) * slope * slope;
      const weight = weights[k]! - (rate * m) / (Math.sqrt(v) + epsilon * correction);
      average[k] = keep * average[k]! + (1 - keep) * weight;
      [weights[k], firstMoment[k], secondMoment[k]] = [weight, m, v];
    }
  });
}
