// What the measures of memory have in common: whose memory can be measured, where in a sequence that is done, and how
// well the mean over those places is known.
import { InputError } from '../base/errors.ts';
import type { Architecture } from '../lstm/parameters.ts';

/** A mean over positions, with its 95% interval. */
export interface Estimate {
  readonly mean: number;
  readonly interval: readonly [low: number, high: number];
}

/** Of a standard normal deviate, the 97.5th percentile. */
const Z = 1.96;

/** The mean of values and its 95% interval by the normal approximation; of one value alone it has no bounds. */
export function estimate(values: ArrayLike<number>): Estimate {
  const count = values.length;
  let mean = 0;
  for (let k = 0; k < count; k++) mean += values[k]! / count;
  let squares = 0;
  for (let k = 0; k < count; k++) squares += (values[k]! - mean) ** 2;
  const half = count > 1 ? Z * Math.sqrt(squares / (count - 1) / count) : Number.POSITIVE_INFINITY;
  return { mean, interval: [mean - half, mean + half] };
}

/** @throws {InputError} for a network that reads backwards too, whose every step knows all that is to come */
export function requireForwards({ bidirectional }: Architecture): void {
  if (!bidirectional?.includes(true)) return;
  throw new InputError(
    'The network reads in both directions, so that what it knows at a step is not only what it remembers.',
    {},
    'Measure the memory of a network that reads forwards alone.',
  );
}
