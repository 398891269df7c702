// 95% intervals by leaving out one block of the text after the other. Steps of one block are no independent evidence, and
// neither are paragraphs; blocks that lie far from each other nearly are. With θ the statistic, θ₋ᵦ that of all blocks but
// b and φ a scale on which it may be any number,
//
//     φ(θ) ± t · s,   s² = (B − 1) / B · Σ (φ(θ₋ᵦ) − φ(θ))²
//
// (the delete-one jackknife: Miller 1974, Efron and Stein 1981), with t the 97.5th percentile of Student's distribution
// of B − 1 degrees of freedom. Blocks are few, ten or so: drawing them with replacement, or projecting the statistic onto
// them first, leaves the interval too narrow, and so does a scale that ends at 1. `bench/coverage.ts` measures how often
// the interval holds what is true.
import { sum } from 'd3-array';
import { pearson, type Sums } from './association.ts';
import { studentQuantile } from './effects.ts';
import type { BlockPairs } from './ordered.ts';

export type Interval = readonly [low: number, high: number];

/** Fewer blocks know too little of each other. */
const BLOCKS_AT_LEAST = 3;

/** Where a statistic may be any number, and back. */
interface Scale {
  to(value: number): number;
  from(scaled: number): number;
}

/**
 * @param whole the statistic of all blocks
 * @param without that of all but each of them, [blocks]
 * @returns null of fewer than three blocks, or where the statistic is not defined without one of them
 */
function leavingOut(whole: number, without: Float64Array, scale: Scale): Interval | null {
  const blocks = without.length;
  if (blocks < BLOCKS_AT_LEAST || !Number.isFinite(whole) || !without.every(Number.isFinite)) return null;
  const centre = scale.to(whole);
  const squares = without.reduce((sum, value) => sum + (scale.to(value) - centre) ** 2, 0);
  const half = studentQuantile(blocks - 1) * Math.sqrt((squares * (blocks - 1)) / blocks);
  const ends = [scale.from(centre - half), scale.from(centre + half)];
  return [Math.min(whole, ...ends), Math.max(whole, ...ends)];
}

/** The log odds; of 0 and 1 those of half a pair, of which there are so many. */
function logOdds(pairs: number): Scale {
  const least = Math.min(0.5, 1 / (2 * pairs));
  return {
    to(area) {
      const inside = Math.max(least, Math.min(1 - least, area));
      return Math.log(inside / (1 - inside));
    },
    from: (scaled) => 1 / (1 + Math.exp(-scaled)),
  };
}

/** The interval of an AUROC, which is the share of all pairs that are won. */
export function aurocInterval({ marked, others, won, lost, within }: BlockPairs): Interval | null {
  const [allMarked, allOthers, allWon] = [sum(marked), sum(others), sum(won)];
  const without = won.map((own, block) => {
    const left = allWon - own - lost[block]! + within[block]!;
    return left / ((allMarked - marked[block]!) * (allOthers - others[block]!));
  });
  return leavingOut(allWon / (allMarked * allOthers), without, logOdds(allMarked * allOthers));
}

/** Fisher's z, but for what rounding leaves beyond 1. */
const FISHER: Scale = {
  to: (rho) => Math.atanh(Math.max(-1 + 1e-9, Math.min(1 - 1e-9, rho))),
  from: Math.tanh,
};

/**
 * The interval of a correlation, of Spearman's ρ where the series are ranks, which stay those among all rows.
 * @param blocks sums over the rows of each
 */
export function correlationInterval(blocks: readonly Sums[]): Interval | null {
  const total = (key: keyof Sums) => sum(blocks, (block) => block[key]);
  const all = { n: total('n'), x: total('x'), xx: total('xx'), y: total('y'), yy: total('yy'), xy: total('xy') };
  const without = Float64Array.from(blocks, ({ n, x, xx, y, yy, xy }) =>
    pearson({ n: all.n - n, x: all.x - x, xx: all.xx - xx, y: all.y - y, yy: all.yy - yy, xy: all.xy - xy }),
  );
  return leavingOut(pearson(all), without, FISHER);
}

/**
 * The interval of an explained share of variance, 1 − Σ left / Σ all, the fit and the mean held at what they are.
 * @param left [blocks]: sums of squared residuals
 * @param all [blocks]: sums of squared deviations from the mean
 */
export function explainedInterval(left: Float64Array, all: Float64Array): Interval | null {
  const [allLeft, allOfAll] = [sum(left), sum(all)];
  const without = left.map((own, block) => 1 - (allLeft - own) / (allOfAll - all[block]!));
  return leavingOut(1 - allLeft / allOfAll, without, UNEXPLAINED);
}

/** The logarithm of the share that is left, which falls as that rises. */
const UNEXPLAINED: Scale = {
  to: (explained) => Math.log(Math.max(Number.EPSILON, 1 - explained)),
  from: (scaled) => 1 - Math.exp(scaled),
};
