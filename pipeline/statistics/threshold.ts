// A boundary between on and off: chosen on one text, judged on another.
import type { Histogram } from './association.ts';

/** The four counts of a yes-or-no decision. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Whether a value is called on: with direction 1 those in `boundary` and above, with direction -1 those below it. */
export function isOn(bin: number, boundary: number, direction: 1 | -1): boolean {
  return direction === 1 ? bin >= boundary : bin < boundary;
}

/**
 * What {@link isOn} calls on, against what bears the label.
 *
 * @param positives histogram of the values that bear the label
 * @param counts histogram of all values
 */
export function confusionAt(positives: Histogram, counts: Histogram, bin: number, direction: 1 | -1): Confusion {
  let [truePositives, falsePositives, falseNegatives, trueNegatives] = [0, 0, 0, 0];
  for (let index = 0; index < counts.length; index++) {
    const on = isOn(index, bin, direction);
    const negatives = counts[index]! - positives[index]!;
    if (on) {
      truePositives += positives[index]!;
      falsePositives += negatives;
    } else {
      falseNegatives += positives[index]!;
      trueNegatives += negatives;
    }
  }
  return { truePositives, falsePositives, falseNegatives, trueNegatives };
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

/** The boundary with the largest F1, as {@link confusionAt} takes it; the one nearest the far end where several are equal. */
export function bestBoundary(positives: Histogram, counts: Histogram, direction: 1 | -1): number {
  const bins = counts.length;
  let labelled = 0;
  for (let bin = 0; bin < bins; bin++) labelled += positives[bin]!;
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
