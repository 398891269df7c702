// How the pages write what a cell's best hypothesis is worth beside the others.
import type { Cell, Score } from '../../pipeline/contract/index.ts';
import { decimal, integer } from './format.ts';
import { headline } from './words.ts';

type Competing = NonNullable<Cell['evidence']['competing']>;

/** The leaky counter of opening marks among the terms. */
export const COUNTER_TERM = 'opening-marks';

/** A difference of two shares. */
export function points(share: number): string {
  const count = Math.round(100 * share);
  return count < 1 ? 'less than one point' : `${integer(count)} point${count === 1 ? '' : 's'}`;
}

/** What is left of a score, in the measure and the direction of the score itself, with its interval. */
export function remainingValue(score: Score, { value, interval }: Competing['afterOthers']): string {
  const left = headline({ ...score, interval, ...(score.auroc === null ? { spearman: value } : { auroc: value }) });
  if (left.interval === null) return decimal(left.value);
  return `${decimal(left.value)} (${decimal(left.interval[0])} to ${decimal(left.interval[1])})`;
}
