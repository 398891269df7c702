// How well a signal tracks a label, from histograms and sums, and where it is best called on. A statistic that is not
// defined, because one of the two sides is empty or constant, is NaN.
import { doubledMidranks, midranksOfBins } from './ranks.ts';

/** The sums of one signal against one label. */
export interface Sums {
  readonly n: number;
  readonly x: number;
  readonly xx: number;
  readonly y: number;
  readonly yy: number;
  readonly xy: number;
}

/** A histogram over bins, of rising values. */
export type Histogram = ArrayLike<number>;

function total(counts: Histogram): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) sum += counts[bin]!;
  return sum;
}

/**
 * The area under the ROC curve, in [0, 1]: the chance that a random positive is above a random negative, where a tie
 * counts half (Mann and Whitney 1947; Hanley and McNeil 1982).
 * @param positives histogram of the values that bear the label
 * @param counts histogram of all values
 */
export function auroc(positives: Histogram, counts: Histogram): number {
  let below = 0;
  let above = 0;
  let positive = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const negatives = counts[bin]! - positives[bin]!;
    above += positives[bin]! * (below + negatives / 2);
    below += negatives;
    positive += positives[bin]!;
  }
  return above / (positive * below);
}

/** Pearson's product-moment correlation, in [-1, 1]; the point-biserial correlation where y is 0 or 1. */
export function pearson({ n, x, y, xx, yy, xy }: Sums): number {
  const covariance = xy - (x * y) / n;
  const r = covariance / Math.sqrt(beyondRounding(xx - (x * x) / n, xx, n) * beyondRounding(yy - (y * y) / n, yy, n));
  return Number.isFinite(r) ? Math.max(-1, Math.min(1, r)) : Number.NaN;
}

/** Spearman's correlation of pairs that are at hand, in [-1, 1]: Pearson's of their midranks. */
export function rankCorrelation(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  const all = Int32Array.from({ length: xs.length }, (_, k) => k);
  const [x, y] = [doubledMidranks(xs, all), doubledMidranks(ys, all)];
  const sums = { n: all.length, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (const k of all) {
    sums.x += x[k]!;
    sums.y += y[k]!;
    sums.xx += x[k]! * x[k]!;
    sums.yy += y[k]! * y[k]!;
    sums.xy += x[k]! * y[k]!;
  }
  return pearson(sums);
}

/** A difference of sums over `n` values, or 0 where it is no larger than what adding up `squares` may be off by. */
function beyondRounding(difference: number, squares: number, n: number): number {
  return difference > n * Number.EPSILON * squares ? difference : 0;
}

/**
 * Cohen's d: the difference of the two means in pooled standard deviations, with n₁ + n₀ − 2 degrees of freedom
 * (Cohen 1988, section 2.5). y is 0 or 1.
 */
export function cohenD({ n, x, xx, y, xy }: Sums): number {
  const meanOn = xy / y;
  const meanOff = (x - xy) / (n - y);
  const within = xx - y * meanOn ** 2 - (n - y) * meanOff ** 2;
  return (meanOn - meanOff) / Math.sqrt(beyondRounding(within, xx, n) / (n - 2));
}

/**
 * Spearman's rank correlation, in [-1, 1]: Pearson's of the midranks (Kendall and Gibbons 1990, chapter 3).
 * @param counts histogram of the values
 * @param rankSums for each bin, the sum of its labels' doubled midranks
 * @param rankSquares the sum of the squares of all labels' doubled midranks
 */
export function spearman(counts: Histogram, rankSums: Histogram, rankSquares: number): number {
  const ranks = midranksOfBins(counts);
  const n = total(counts);
  let [xx, y, xy] = [0, 0, 0];
  for (let bin = 0; bin < counts.length; bin++) {
    const rank = ranks[bin]! - (n + 1); // about their mean, so that those of a constant signal are 0
    xx += counts[bin]! * rank ** 2;
    y += rankSums[bin]!;
    xy += rank * rankSums[bin]!;
  }
  return pearson({ n, x: 0, xx, y, yy: rankSquares, xy });
}

/** The four counts of a yes-or-no decision. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Whether a value is called on: with direction 1 those from `boundary` on, with direction -1 those below it. */
export function isOn(value: number, boundary: number, direction: 1 | -1): boolean {
  return direction === 1 ? value >= boundary : value < boundary;
}

/**
 * What {@link isOn} calls on, against what bears the label.
 * @param marks 1 where a value bears the label
 */
export function confusionAt(
  values: ArrayLike<number>,
  marks: Uint8Array,
  boundary: number,
  direction: 1 | -1,
): Confusion {
  let [on, truePositives, positives] = [0, 0, 0];
  for (let row = 0; row < values.length; row++) {
    const mark = marks[row]!;
    positives += mark;
    if (!isOn(values[row]!, boundary, direction)) continue;
    on += 1;
    truePositives += mark;
  }
  const falsePositives = on - truePositives;
  const falseNegatives = positives - truePositives;
  return { truePositives, falsePositives, falseNegatives, trueNegatives: values.length - on - falseNegatives };
}

/** The harmonic mean of precision and recall, in [0, 1] (van Rijsbergen 1979, chapter 7); NaN without positives. */
export function f1({ truePositives, falsePositives, falseNegatives }: Confusion): number {
  return (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives);
}

/** Matthews' (1975) correlation coefficient, in [-1, 1]; 0 where a row or column of the table is empty. */
export function matthews({ truePositives, falsePositives, falseNegatives, trueNegatives }: Confusion): number {
  const margins =
    (truePositives + falsePositives) *
    (truePositives + falseNegatives) *
    (trueNegatives + falsePositives) *
    (trueNegatives + falseNegatives);
  if (margins === 0) return 0;
  return (truePositives * trueNegatives - falsePositives * falseNegatives) / Math.sqrt(margins);
}

/** The boundary with the largest F1, as a bin that {@link isOn} calls on from there; the one nearest the far end where several are equal. */
export function bestBoundary(positives: Histogram, counts: Histogram, direction: 1 | -1): number {
  const bins = counts.length;
  const labelled = total(positives);
  let best = direction === 1 ? bins : 0;
  let bestScore = 0;
  let hits = 0;
  let chosen = 0;
  for (let step = 0; step < bins; step++) {
    const bin = direction === 1 ? bins - 1 - step : step;
    hits += positives[bin]!;
    chosen += counts[bin]!;
    const score = (2 * hits) / (chosen + labelled);
    if (score > bestScore) {
      bestScore = score;
      best = direction === 1 ? bin : bin + 1;
    }
  }
  return best;
}
