// How well a label is told by numbers that are no cell's signal: by what is left of one after something was taken away from
// it, and by sparse probes, the best k cells together, which tell whether a label lies in one cell or in many (Gurnee and
// others 2023).
import { mean } from 'd3-array';
import type { Alignment } from '../../base/signals.ts';
import { explainedInterval, type Interval } from '../../statistics/jackknife.ts';
import { centredMidranks, orderRows } from '../../statistics/ordered.ts';
import { fitLogistic, logOdds, selectForward } from '../../statistics/sparse-logistic.ts';
import { associations, intervalOf, type Judge } from './judge.ts';

export interface Remaining {
  /** The AUROC, or Spearman's ρ for a real label. */
  readonly value: number;
  /** 95%, by blocks; null where there is none. */
  readonly interval: Interval | null;
}

/**
 * Scores any numbers at the judging rows against one hypothesis.
 * @param values [judging rows], finite
 * @param hypothesis number of the hypothesis among the judge's
 */
export function scoreRemaining(
  values: Float64Array,
  hypothesis: number,
  alignment: Alignment,
  judge: Judge,
): Remaining {
  const label = judge.judged[alignment][hypothesis]!;
  const ordered = orderRows(Float32Array.from(values));
  const ranks = centredMidranks(ordered);
  const [association] = associations(ranks, [label], judge, 1)[0]!;
  const interval = intervalOf(ordered, ranks, label, judge);
  return { value: label.kind === 'binary' ? (association! + 1) / 2 : association!, interval };
}

/**
 * The interval of the share of a signal's variance that a model explains; null where the blocks are too few.
 * @param unexplained residuals, [judging rows]
 * @param deviations of the signal from its mean, [judging rows]
 */
export function shareInterval(
  unexplained: Float64Array,
  deviations: Float64Array,
  { blocks }: Pick<Judge, 'blocks'>,
): Interval | null {
  const squares = (values: Float64Array) => {
    const sums = new Float64Array(blocks.count);
    for (let row = 0; row < values.length; row++) sums[blocks.ofRow[row]!]! += values[row]! ** 2;
    return sums;
  };
  return explainedInterval(squares(unexplained), squares(deviations));
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
