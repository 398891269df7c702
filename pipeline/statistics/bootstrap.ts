// 95% intervals by resampling paragraphs, which are drawn whole because neighbouring characters are no independent
// evidence. Recounting every replicate is too dear for tens of thousands of rows, so each statistic is projected onto
// the paragraphs first (Hájek): the share that each paragraph contributes is computed once, and a replicate is a
// weighted sum of the shares.
import { quantileSorted } from 'd3-array';
import { integerBelow, type Random } from '../base/random.ts';

export type Interval = readonly [low: number, high: number];

/** Replicates of all paragraphs: how often each was drawn, [replicates, paragraphs]. Common to all rows. */
export interface Resampling {
  readonly replicates: number;
  readonly paragraphs: number;
  readonly weights: Float64Array;
}

export const REPLICATES = 200;

/** As many paragraphs as there are are drawn with replacement, `replicates` times. */
export function resample(paragraphs: number, random: Random, replicates = REPLICATES): Resampling {
  const weights = new Float64Array(replicates * paragraphs);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let draw = 0; draw < paragraphs; draw++) {
      weights[replicate * paragraphs + integerBelow(paragraphs, random)]! += 1;
    }
  }
  return { replicates, paragraphs, weights };
}

/** Replicates that are summed side by side, for an addition waits for the one before it in the same sum. */
const ABREAST = 4;

/** For every replicate, the sum of what its paragraphs contribute, [replicates]. */
export function weightedSums({ replicates, paragraphs, weights }: Resampling, shares: Float64Array): Float64Array {
  const sums = new Float64Array(replicates);
  for (let start = 0; start < replicates; start += ABREAST) {
    const replicate = Math.max(0, Math.min(start, replicates - ABREAST)); // the last may be summed twice
    const first = replicate * paragraphs;
    const [second, third, fourth] = [first + paragraphs, first + 2 * paragraphs, first + 3 * paragraphs];
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let paragraph = 0; paragraph < paragraphs; paragraph++) {
      const share = shares[paragraph]!;
      a += weights[first + paragraph]! * share;
      b += weights[second + paragraph]! * share;
      c += weights[third + paragraph]! * share;
      d += weights[fourth + paragraph]! * share;
    }
    sums[replicate] = a;
    sums[replicate + 1] = b;
    sums[replicate + 2] = c;
    sums[replicate + 3] = d;
  }
  return sums;
}

/** A label's share of every replicate: Σ over its paragraphs of the positives and of the negatives. */
export interface LabelWeights {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/**
 * The interval of an AUROC A. With F₀(x) the share of negatives below x (ties half) and F₁(x) that of positives above,
 *
 *     A* = Σ w·a / Σ w·n₁ + Σ w·b / Σ w·n₀ − A
 *
 * where a sums F₀ over a paragraph's positives, b sums F₁ over its negatives, and n₁, n₀ count them: each of the two
 * terms lets one side vary while the other is held at what was observed (DeLong, DeLong and Clarke-Pearson 1988 for the
 * placements).
 * @param a [paragraphs]
 * @param b [paragraphs]
 * @returns percentiles 2.5 and 97.5 of the replicates that have both sides, within [0, 1]
 */
export function aurocInterval(
  area: number,
  a: Float64Array,
  b: Float64Array,
  label: LabelWeights,
  resampling: Resampling,
): Interval {
  const above = weightedSums(resampling, a);
  const below = weightedSums(resampling, b);
  const replicates = above.map((sum, r) => sum / label.positives[r]! + below[r]! / label.negatives[r]! - area);
  return percentiles(replicates, 0, 1);
}

/**
 * The interval of Spearman's ρ, the ranks held at those of the observed text: every replicate is the correlation
 * Σ w·xy / √(Σ w·xx · Σ w·yy) of the centred ranks.
 * @param xy [paragraphs]: sums of products of centred ranks; likewise xx and yy
 */
export function spearmanInterval(
  xy: Float64Array,
  xx: Float64Array,
  yy: Float64Array,
  resampling: Resampling,
): Interval {
  const products = weightedSums(resampling, xy);
  const squaresX = weightedSums(resampling, xx);
  const squaresY = weightedSums(resampling, yy);
  return percentiles(
    products.map((sum, r) => sum / Math.sqrt(squaresX[r]! * squaresY[r]!)),
    -1,
    1,
  );
}

/**
 * The interval of an explained share of variance, 1 − Σ w·left / Σ w·all, the fit and the mean held at what they are.
 * @param left [paragraphs]: sums of squared residuals
 * @param all [paragraphs]: sums of squared deviations from the mean
 */
export function explainedInterval(left: Float64Array, all: Float64Array, resampling: Resampling): Interval {
  const unexplained = weightedSums(resampling, left);
  const total = weightedSums(resampling, all);
  return percentiles(
    unexplained.map((sum, r) => 1 - sum / total[r]!),
    Number.NEGATIVE_INFINITY,
    1,
  );
}

function percentiles(replicates: Float64Array, lowest: number, highest: number): Interval {
  const sorted = Array.from(replicates.filter((value) => Number.isFinite(value)).sort());
  const at = (share: number) => Math.max(lowest, Math.min(highest, quantileSorted(sorted, share) ?? Number.NaN));
  return [at(0.025), at(0.975)];
}
