// Labels and values as the tests make them.
import { BINS } from '../../pipeline/scoring/tally/bin-edges.ts';
import { doubledMidranks } from '../../pipeline/statistics/ranks.ts';

/** [BINS]: how many of the values, which are bins themselves, and of those at which `label` is 1. */
export function histograms(values: ArrayLike<number>, label: ArrayLike<number>) {
  const counts = new Uint32Array(BINS);
  const positives = new Uint32Array(BINS);
  for (let index = 0; index < values.length; index++) {
    counts[values[index]!]! += 1;
    positives[values[index]!]! += label[index]!;
  }
  return { counts, positives };
}

/** [BINS]: sums of the doubled midranks of a real label, and the sum of all their squares. */
export function rankSums(values: ArrayLike<number>, real: ArrayLike<number>) {
  const ranks = doubledMidranks(
    real,
    Int32Array.from({ length: real.length }, (_, index) => index),
  );
  const sums = new Float64Array(BINS);
  let squares = 0;
  ranks.forEach((rank, index) => {
    sums[values[index]!]! += rank;
    squares += rank * rank;
  });
  return { sums, squares, ranks };
}

/** The sums from which linear statistics follow. */
export function sums(x: ArrayLike<number>, y: ArrayLike<number>) {
  const result = { n: x.length, x: 0, xx: 0, y: 0, yy: 0, xy: 0 };
  for (let index = 0; index < x.length; index++) {
    result.x += x[index]!;
    result.xx += x[index]! ** 2;
    result.y += y[index]!;
    result.yy += y[index]! ** 2;
    result.xy += x[index]! * y[index]!;
  }
  return result;
}

/** The share of all pairs of a positive and a negative that the positive wins, by looking at every pair. */
export function aurocByPairs(values: ArrayLike<number>, label: ArrayLike<number>): number {
  let wins = 0;
  let pairs = 0;
  for (let p = 0; p < values.length; p++) {
    if (label[p] !== 1) continue;
    for (let n = 0; n < values.length; n++) {
      if (label[n] === 1) continue;
      pairs += 1;
      wins += values[p]! > values[n]! ? 1 : values[p] === values[n] ? 0.5 : 0;
    }
  }
  return wins / pairs;
}
