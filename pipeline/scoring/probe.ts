// Sparse probes: how well the best k cells together tell a label, and so whether it lies in one cell or in many
// (Gurnee and others 2023). The training text chooses the cells and how they are weighed, the judging text judges.
import type { Interval } from '../statistics/bootstrap.ts';
import { selectForward } from '../statistics/forward.ts';
import { fitLogistic, logOdds } from '../statistics/logistic.ts';
import type { Judge } from './judge.ts';
import { scoreRemaining } from './remaining.ts';

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
 * Probes of a binary label of the character just read.
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

interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

function scaleOf(column: ArrayLike<number>): Scale {
  const values = Float64Array.from(column);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

function rescaled(column: ArrayLike<number>, { mean, deviation }: Scale): Float64Array {
  return Float64Array.from(column, (value) => (value - mean) / deviation);
}
