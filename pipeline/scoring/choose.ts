// The choice that the training text makes for a cell and a hypothesis: which signal, paired how, in which direction,
// with which boundary. The judging text then tests this one choice.
import { ALIGNMENTS, type Alignment, type Signal } from '../base/signals.ts';
import { auroc, bestBoundary, spearman } from '../statistics/association.ts';
import { type LabelIndex, slotOf } from './plan/labels.ts';
import { BINS, lowerEdge } from './tally/bin-edges.ts';
import { countsOf, positivesOf, rankSumsOf, type Tally } from './tally/tally.ts';

export interface Choice {
  readonly signal: Signal;
  readonly alignment: Alignment;
  readonly direction: 1 | -1;
  /**
   * The value at which "on" begins (direction 1) or ends (direction -1), infinite where all or no values are on; null for a
   * real label.
   */
  readonly boundary: number | null;
  /** The same within the values that the training text has. */
  readonly threshold: number | null;
}

/** 2·AUROC − 1 or Spearman's ρ, in [-1, 1]; 0 where it is not defined. */
export function association(tally: Tally, column: number, alignment: Alignment, { kind, index }: LabelIndex): number {
  const counts = countsOf(tally, column);
  const value =
    kind === 'binary'
      ? 2 * auroc(positivesOf(tally, column, alignment, index), counts) - 1
      : spearman(
          counts,
          rankSumsOf(tally, column, alignment, index),
          tally.rankSquares[slotOf(alignment, index, tally.real)]!,
        );
  return Number.isFinite(value) ? value : 0;
}

/**
 * The strongest of all signals and alignments; the first in the order of `signals` and {@link ALIGNMENTS} where
 * several are equal.
 * @param cell number of the cell in the tally, whose columns are cells × signals
 * @param signals at least one
 */
export function choose(tally: Tally, cell: number, label: LabelIndex, signals: readonly Signal[]): Choice {
  let best = {
    signal: signals[0]!,
    alignment: ALIGNMENTS[0] as Alignment,
    column: cell * signals.length,
    value: 0,
  };
  signals.forEach((signal, index) => {
    const column = cell * signals.length + index;
    for (const alignment of ALIGNMENTS) {
      const value = association(tally, column, alignment, label);
      if (Math.abs(value) > Math.abs(best.value)) best = { signal, alignment, column, value };
    }
  });
  const { signal, alignment, column, value } = best;
  const direction = value < 0 ? -1 : 1;
  if (label.kind === 'real') return { signal, alignment, direction, boundary: null, threshold: null };
  const bin = bestBoundary(positivesOf(tally, column, alignment, label.index), countsOf(tally, column), direction);
  const threshold = lowerEdge(tally.edges, column, bin);
  const inside = bin > 0 && bin < BINS;
  const boundary = inside ? threshold : bin <= 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return { signal, alignment, direction, boundary, threshold };
}
