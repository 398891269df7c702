// How well a label is told by numbers that are no cell's signal: by what is left of one after something was taken away from
// it, and by sparse probes, the best k cells together, which tell whether a label lies in one cell or in many (Gurnee and
// others 2023).
import { mean } from 'd3-array';
import type { Alignment } from '../../base/signals.ts';
import { explainedInterval, type Interval } from '../../statistics/bootstrap.ts';
import { fitLogistic, logOdds, selectForward } from '../../statistics/sparse-logistic.ts';
import { association } from '../choose.ts';
import { binColumn, createBinEdges, fixColumn } from '../tally/bin-edges.ts';
import { addShard, countsOf, createTally, positivesOf } from '../tally/tally.ts';
import { binaryInterval, type Judge, realInterval } from './judge.ts';
import { centredRanks } from './judged-cell.ts';

export interface Remaining {
  /** The AUROC, or Spearman's ρ for a real label. */
  readonly value: number;
  /** 95%, by paragraphs; null where there is none. */
  readonly interval: Interval | null;
}

/**
 * Scores any numbers at the judging rows against one hypothesis, in as many bins as a signal has.
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
  return { value, interval: realInterval(centredRanks(bins, tally), label, judge) };
}

/**
 * The interval of the share of a signal's variance that a model explains.
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

/** What may be combined: columns of numbers, and of each the cell that it belongs to. */
export interface ProbedColumns {
  /** At the rows that train. */
  readonly training: readonly ArrayLike<number>[];
  /** The same columns at the rows that judge. */
  readonly judging: readonly ArrayLike<number>[];
  readonly cells: readonly number[];
}

export interface Probe {
  /** Cells that it combines. */
  readonly size: number;
  /** Columns, in the order in which they were chosen. */
  readonly columns: readonly number[];
  /** On the judging text; which way is up, the training text says. */
  readonly auroc: number;
  readonly interval: Interval | null;
}

/**
 * Probes of a binary label of the character just read. The training text chooses the cells and how they are weighed, the
 * judging text judges.
 * @param label at the rows that train, [rows]: 0 or 1
 * @param hypothesis number of the same label among the judge's
 * @param sizes numbers of cells to combine, rising
 * @returns a probe for each size that the columns can fill; none where the label is the same everywhere
 */
export function sparseProbes(
  columns: ProbedColumns,
  label: ArrayLike<number>,
  { judge, hypothesis }: { judge: Judge; hypothesis: number },
  sizes: readonly number[],
): Probe[] {
  const { training, judging, cells } = columns;
  const chosen = selectForward({ values: training, owners: cells }, label, Math.max(...sizes));
  return sizes
    .filter((size) => size <= chosen.length)
    .map((size) => {
      const members = chosen.slice(0, size);
      const scales = members.map((column) => scaleOf(training[column]!));
      const scaled = (text: readonly ArrayLike<number>[]) =>
        members.map((column, k) => rescaled(text[column]!, scales[k]!));
      const fit = fitLogistic(scaled(training), label);
      const prediction = logOdds(scaled(judging), judge.positions.length, fit);
      const { value, interval } = scoreRemaining(prediction, hypothesis, 'reading', judge);
      return { size, columns: members, auroc: value, interval };
    });
}

function scaleOf(column: ArrayLike<number>) {
  const values = Float64Array.from(column);
  const centre = mean(values)!;
  return { mean: centre, deviation: Math.sqrt(mean(values, (value) => (value - centre) ** 2)!) };
}

function rescaled(column: ArrayLike<number>, { mean, deviation }: ReturnType<typeof scaleOf>): Float64Array {
  return Float64Array.from(column, (value) => (value - mean) / deviation);
}
