// How strong a signal and a label would look if the labels lay elsewhere in the text.
import type { Judge, JudgedLabel } from './judge.ts';

/**
 * |2·AUROC − 1| or |ρ| of one signal against several labels under every shift.
 *
 * @param ranks centred doubled midranks of the signal, [rows]
 * @returns one array of [shifts] for each label
 */
export function nullStrengths(
  ranks: Float64Array,
  labels: readonly JudgedLabel[],
  { shifts, products }: Judge,
): Float64Array[] {
  const size = Math.sqrt(ranks.reduce((sum, rank) => sum + rank * rank, 0));
  products.set(ranks);
  return labels.map(({ kind, fixed, largest }) =>
    products.sums(fixed, shifts).map((sum, shift) => {
      const most = kind === 'binary' ? largest[shift]! : largest[shift]! * size;
      return most > 0 ? Math.abs(sum) / most : 0;
    }),
  );
}
