// Whether a label is on, as a few cells of the last layer say that are not interchanged themselves: what the rest of the
// network believes of it.
import { fromByte } from '../../base/bytes.ts';
import { fitLogistic, selectForward } from '../../statistics/sparse-logistic.ts';
import { type EvidenceContext, signalOf } from '../context.ts';

/** Cells that the probe reads, at most. */
const PROBED = 8;

export interface LabelProbe {
  /** Units of the last layer. */
  readonly units: readonly number[];
  /** The probability of the label at a step, from the last layer's h, [streams, units]. */
  probability(h: Float32Array, stream: number): number;
}

/**
 * A logistic regression of the label of the step read on h of a few cells, which are chosen one after the other (forward
 * selection); both on the training sample.
 * @param left numbers of cells that it must not read
 * @returns null where the sample has only one value of the label
 */
export function fitProbe(
  { cells, training, scores }: EvidenceContext,
  values: ArrayLike<number>,
  left: ReadonlySet<number>,
): LabelProbe | null {
  const sample = training();
  const label = Uint8Array.from(sample.positions, (position) => Number(values[position]! > 0));
  const last = cells.at(-1)!.layer;
  const free = [...cells.keys()].filter((cell) => cells[cell]!.layer === last && !left.has(cell));
  if (free.length === 0 || !label.includes(0) || !label.includes(1)) return null;
  const columns = free.map((cell) =>
    standardise(Float32Array.from(signalOf(sample, cell, 'h'), (byte) => fromByte(byte, scores.domains.h))),
  );
  const standard = columns.map(({ standard }) => standard);
  const chosen = selectForward({ values: standard, owners: [...free.keys()] }, label, PROBED);
  const { weights, intercept } = fitLogistic(
    chosen.map((k) => standard[k]!),
    label,
  );
  const width = cells.filter(({ layer }) => layer === last).length;
  const units = chosen.map((k) => cells[free[k]!]!.unit);
  return {
    units,
    probability(h, stream) {
      const odds = chosen.reduce((sum, column, k) => {
        const { mean, deviation } = columns[column]!;
        return sum + (weights[k]! * (h[stream * width + units[k]!]! - mean)) / deviation;
      }, intercept);
      return 1 / (1 + Math.exp(-odds));
    },
  };
}

/** Values in standard deviations about their mean; zeros where they never change. */
function standardise(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.sqrt(variance) || 1;
  return { mean, deviation, standard: values.map((value) => (value - mean) / deviation) };
}
