// How strong a signal and a label would look if the label lay elsewhere along the text.
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
  const squares = ranks.reduce((sum, rank) => sum + rank * rank, 0);
  products.turn(ranks);
  return labels.map((label) => {
    const largest = largestSum(label, ranks.length, squares);
    if (!(largest > 0)) return new Float64Array(shifts.length);
    return products.sums(label.fixed, shifts).map((sum) => Math.abs(sum) / largest);
  });
}

/**
 * The sum of products that a perfect association has: of doubled centred ranks with a binary label n₁·n₀, for
 * the rank sum of the positives about its mean is n₁·n₀·(AUROC − ½).
 */
function largestSum({ kind, squares }: JudgedLabel, rows: number, rankSquares: number): number {
  return kind === 'binary' ? squares * (rows - squares) : Math.sqrt(rankSquares * squares);
}
