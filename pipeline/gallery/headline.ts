// Which hypothesis heads a cell: the one that it remembers most of, and of a cell that remembers nothing the one that explains
// most of what moves it. For a rare label that moves a cell a little, but always, has a high AUROC and says next to nothing of
// the cell.

import { greatest, group } from 'd3-array';
import { type Label, labelOffset } from '../scoring/plan/labels.ts';
import type { Score } from '../scoring/rank.ts';
import { type SampledSignals, signalOf } from './kept-signals.ts';

/** Shares that differ by less are equal, and the better score goes first. */
const ROUNDING = 1e-9;

/**
 * For each cell the hypothesis that its signal adds most to, of those that it remembers; where it remembers none, the one that
 * explains the largest share of the variance of the signal that was chosen for it, on the sample of the training text, r².
 * Null where nothing could be scored.
 * @param cells ids, in the order of the sample's
 */
export function headlineHypotheses(
  cells: readonly string[],
  scores: readonly Score[],
  training: SampledSignals,
  labels: readonly Label[],
): (string | null)[] {
  const scoresOf = group(scores, ({ cell }) => cell);
  const paired = new Map<string, Float64Array>();
  const labelOf = ({ hypothesis, alignment }: Score) => {
    const key = `${hypothesis} ${alignment}`;
    const { values } = labels.find(({ id }) => id === hypothesis)!;
    const ahead = labelOffset(alignment);
    const label = paired.get(key) ?? deviations(training.positions.map((position) => values[position + ahead] ?? 0));
    paired.set(key, label);
    return label;
  };
  return cells.map((id, cell) => {
    const own = scoresOf.get(id) ?? [];
    const remembered = own.filter(({ remembers }) => remembers);
    if (remembered.length > 0) return greatest(remembered, ({ adds }) => adds)!.hypothesis;
    const shares = own.map((score) => ({
      hypothesis: score.hypothesis,
      share: explainedShare(signalOf(training, cell, score.signal), labelOf(score)),
    }));
    const most = shares.reduce<(typeof shares)[number] | null>(
      (best, next) => (best === null || next.share > best.share + ROUNDING ? next : best),
      null,
    );
    return most?.hypothesis ?? null;
  });
}

/** Each cell's scores, its headline hypothesis's first and the others best first. */
export function scoresByCell<S extends Score>(
  cells: readonly string[],
  scores: readonly S[],
  headline: readonly (string | null)[],
): Map<string, S[]> {
  const scoresOf = group(scores, ({ cell }) => cell);
  return new Map(
    cells.map((id, cell) => {
      const own = scoresOf.get(id) ?? [];
      const first = own.filter(({ hypothesis }) => hypothesis === headline[cell]);
      return [id, [...first, ...own.filter(({ hypothesis }) => hypothesis !== headline[cell])]];
    }),
  );
}

/** A label less its mean, in units of the square root of its sum of squares; zeros where it never changes. */
function deviations(values: readonly number[]): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = Float64Array.from(values, (value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? centred : centred.map((value) => value / length);
}

/** r² of a signal and a label that {@link deviations} made; 0 of a signal that never changes. */
function explainedShare(signal: Uint8Array, label: Float64Array): number {
  let product = 0;
  let sum = 0;
  let squares = 0;
  for (let k = 0; k < signal.length; k++) {
    const value = signal[k]!;
    product += value * label[k]!;
    sum += value;
    squares += value * value;
  }
  const variation = squares - (sum * sum) / signal.length;
  return variation > 0 ? (product * product) / variation : 0;
}
