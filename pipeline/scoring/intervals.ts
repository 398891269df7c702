// A row's interval, from the bins of its signal at the judging rows.

import type { Histogram } from '../statistics/association.ts';
import { aurocInterval, type Interval, spearmanInterval } from '../statistics/bootstrap.ts';
import type { Judge, JudgedLabel } from './judge.ts';

/** @param area the observed AUROC */
export function binaryInterval(
  area: number,
  positives: Histogram,
  counts: Histogram,
  bins: Uint8Array,
  { positiveRows, weights }: JudgedLabel,
  { paragraph, paragraphEnds, resampling }: Judge,
): Interval {
  const { negativesBelow, positivesAbove } = placements(positives, counts);
  const a = new Float64Array(resampling.paragraphs);
  const b = new Float64Array(resampling.paragraphs);
  // All rows count as negatives first, and then the positives are taken out: without a branch in the long loop.
  for (let row = 0, own = 0; own < b.length; own++) {
    const end = paragraphEnds[own]!;
    let sum = 0;
    for (; row < end; row++) sum += positivesAbove[bins[row]!]!;
    b[own] = sum;
  }
  for (let index = 0; index < positiveRows.length; index++) {
    const row = positiveRows[index]!;
    a[paragraph[row]!]! += negativesBelow[bins[row]!]!;
    b[paragraph[row]!]! -= positivesAbove[bins[row]!]!;
  }
  return aurocInterval(area, a, b, weights!, resampling);
}

/** For each bin, the share of the negatives below it and of the positives above it, those in it counting half. */
function placements(positives: Histogram, counts: Histogram) {
  const negativesBelow = new Float64Array(counts.length);
  const positivesAbove = new Float64Array(counts.length);
  let [negative, positive] = [0, 0];
  for (let bin = 0; bin < counts.length; bin++) {
    const negatives = counts[bin]! - positives[bin]!;
    negativesBelow[bin] = negative + negatives / 2;
    positivesAbove[bin] = positive + positives[bin]! / 2;
    negative += negatives;
    positive += positives[bin]!;
  }
  for (let bin = 0; bin < counts.length; bin++) {
    negativesBelow[bin]! /= negative;
    positivesAbove[bin] = 1 - positivesAbove[bin]! / positive;
  }
  return { negativesBelow, positivesAbove };
}

/**
 * @param ranks centred doubled midranks of the signal, [rows]
 * @returns null where the signal is constant
 */
export function realInterval(
  ranks: Float64Array,
  { series, squaresByParagraph }: JudgedLabel,
  { paragraphEnds, resampling }: Judge,
): Interval | null {
  const xy = new Float64Array(resampling.paragraphs);
  const xx = new Float64Array(resampling.paragraphs);
  for (let row = 0, own = 0; own < xx.length; own++) {
    const end = paragraphEnds[own]!;
    let [products, squares] = [0, 0];
    for (; row < end; row++) {
      const rank = ranks[row]!;
      products += rank * series[row]!;
      squares += rank * rank;
    }
    xy[own] = products;
    xx[own] = squares;
  }
  if (xx.every((square) => square === 0)) return null;
  return spearmanInterval(xy, xx, squaresByParagraph, resampling);
}
