// The cell that tracks a label best on the training text, so that the held-out text tests one cell, and not the
// best of a thousand.

import { ALIGNMENTS, type Alignment } from '../base/signals.ts';
import { type SampledSignals, signalOf } from '../gallery/kept-signals.ts';
import { type Label, labelOffset } from '../scoring/plan/labels.ts';
import type { Score } from '../scoring/rank.ts';
import { auroc, spearman } from '../statistics/association.ts';
import { doubledMidranks } from '../statistics/ranks.ts';

/** Signals of all cells at some positions of the training text. */
export interface SampledCells extends SampledSignals {
  /** Units of each layer. */
  readonly layers: readonly number[];
}

/**
 * @param rows each cell's score by this hypothesis, with the choice that the training text made for it; at least one
 * @returns the row of the cell whose choice does best on the sample; the first cell of those that do equally well
 */
export function strongestCell(hypothesis: Label, rows: readonly Score[], sample: SampledCells): Score {
  const { kind, values } = hypothesis;
  const labels = Object.fromEntries(
    ALIGNMENTS.map((alignment) => [alignment, labelsAt(kind, values, sample.positions, alignment)]),
  ) as Record<Alignment, Int32Array>;
  const inOrder = [...rows].sort((a, b) => a.layer - b.layer || a.unit - b.unit);
  let best = inOrder[0]!;
  let most = Number.NEGATIVE_INFINITY;
  for (const row of inOrder) {
    const cell = sample.layers.slice(0, row.layer - 1).reduce((sum, units) => sum + units, row.unit);
    const value = row.direction * association(signalOf(sample, cell, row.signal), labels[row.alignment], kind);
    if (value > most) [best, most] = [row, value];
  }
  return best;
}

/** 0 or 1, or doubled midranks, [positions]. */
function labelsAt(
  kind: Label['kind'],
  values: ArrayLike<number>,
  positions: readonly number[],
  alignment: Alignment,
): Int32Array {
  const at = Float64Array.from(positions, (position) => values[position + labelOffset(alignment)]!);
  const all = Int32Array.from(positions.keys());
  return kind === 'binary' ? Int32Array.from(at) : doubledMidranks(at, all);
}

const BYTES = 256;

/** 2·AUROC − 1 or Spearman's ρ, in [-1, 1]; 0 where it is not defined. */
function association(signal: Uint8Array, label: Int32Array, kind: Label['kind']): number {
  const counts = new Float64Array(BYTES);
  const sums = new Float64Array(BYTES);
  let squares = 0;
  for (let row = 0; row < signal.length; row++) {
    counts[signal[row]!]! += 1;
    sums[signal[row]!]! += label[row]!;
    squares += label[row]! ** 2;
  }
  const value = kind === 'binary' ? 2 * auroc(sums, counts) - 1 : spearman(counts, sums, squares);
  return Number.isFinite(value) ? value : 0;
}
