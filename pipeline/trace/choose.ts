// Which character a network writes next.
import type { Random } from '../base/random.ts';

/** How the next character is chosen: the likeliest, or at random with the log-probabilities divided by `temperature`. */
export type Sampling = { readonly kind: 'greedy' } | { readonly kind: 'random'; readonly temperature: number };

/**
 * @param logProbabilities of every character, in nats
 * @returns the index of the chosen one; the first of equally likely ones where greedy
 */
export function choose(logProbabilities: Float32Array, sampling: Sampling, random: Random): number {
  if (sampling.kind === 'greedy') return logProbabilities.indexOf(Math.max(...logProbabilities));
  const highest = Math.max(...logProbabilities);
  const weights = logProbabilities.map((value) => Math.exp((value - highest) / sampling.temperature));
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let k = 0; k < weights.length; k++) {
    left -= weights[k]!;
    if (left < 0) return k;
  }
  return weights.length - 1;
}
