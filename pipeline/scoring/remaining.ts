// How well a label is told by what is left of a signal after something was taken away from it.
import type { Alignment } from '../base/signals.ts';
import { explainedInterval, type Interval } from '../statistics/bootstrap.ts';
import { midranksOfBins } from '../statistics/ranks.ts';
import { association } from './choose.ts';
import { binaryInterval, realInterval } from './intervals.ts';
import type { Judge } from './judge.ts';
import { binColumn, createBinEdges, fixColumn } from './tally/bin-edges.ts';
import { addShard, countsOf, createTally, positivesOf } from './tally/tally.ts';

export interface Remaining {
  /** The AUROC, or Spearman's ρ for a real label. */
  readonly value: number;
  /** 95%, by paragraphs; null where there is none. */
  readonly interval: Interval | null;
}

/**
 * Scores any numbers at the judging rows against one hypothesis, in as many bins as a signal has.
 *
 * @param values [judging rows], finite
 * @param hypothesis number of the hypothesis among the judge's
 */
export function scoreRemaining(
  values: Float64Array,
  hypothesis: number,
  alignment: Alignment,
  judge: Judge,
): Remaining {
  const { labels, loaded, judged } = judge;
  const rows = Int32Array.from({ length: values.length }, (_, row) => row);
  const column = { data: Float32Array.from(values), offset: 0, stride: 1 };
  const edges = createBinEdges(1);
  fixColumn(edges, 0, column, rows);
  const bins = new Uint8Array(rows.length);
  binColumn(edges, 0, column, rows, bins, 0);
  const tally = createTally(edges, labels.binary.length, labels.real.length);
  addShard(tally, { bins, stride: bins.length, labels: loaded });

  const label = judged[alignment][hypothesis]!;
  const value = association(tally, 0, alignment, label);
  if (label.kind === 'binary') {
    const area = (value + 1) / 2;
    const positives = positivesOf(tally, 0, alignment, label.index);
    return { value: area, interval: binaryInterval(area, positives, countsOf(tally, 0), bins, label, judge) };
  }
  const rankOfBin = midranksOfBins(countsOf(tally, 0));
  const ranks = Float64Array.from(bins, (bin) => rankOfBin[bin]! - (bins.length + 1));
  return { value, interval: realInterval(ranks, label, judge) };
}

/**
 * The interval of the share of a signal's variance that a model explains.
 *
 * @param unexplained residuals, [judging rows]
 * @param deviations of the signal from its mean, [judging rows]
 */
export function shareInterval(unexplained: Float64Array, deviations: Float64Array, judge: Judge): Interval {
  const { paragraph, resampling } = judge;
  const squares = (values: Float64Array) => {
    const sums = new Float64Array(resampling.paragraphs);
    for (let row = 0; row < values.length; row++) sums[paragraph[row]!]! += values[row]! ** 2;
    return sums;
  };
  return explainedInterval(squares(unexplained), squares(deviations), resampling);
}
