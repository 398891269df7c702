// How strong a signal and a label would look if the label lay elsewhere along the text.
import type { SpectrumPair } from './correlation.ts';
import type { Judge, JudgedLabel } from './judge.ts';
import { circularPrefixSums, shiftedSums } from './shifts.ts';

/**
 * |2·AUROC − 1| or |ρ| of one signal against several labels under every shift.
 *
 * @param ranks centred doubled midranks of the signal, [rows]
 * @returns one array of [shifts] for each label
 */
export function nullStrengths(
  ranks: Float64Array,
  labels: readonly JudgedLabel[],
  { shifts, correlator }: Judge,
): Float64Array[] {
  const results = labels.map(() => new Float64Array(shifts.length));
  const squares = ranks.reduce((sum, rank) => sum + rank * rank, 0);
  const write = (index: number, sums: Float64Array) => {
    const largest = largestSum(labels[index]!, ranks.length, squares);
    if (largest > 0) results[index] = sums.map((sum) => Math.abs(sum) / largest);
  };

  const bySpans = labels.some(({ shifted }) => 'edges' in shifted);
  const prefixSums = bySpans ? circularPrefixSums(ranks) : new Float64Array();
  const bySpectrum = labels.some(({ shifted }) => 'spectrum' in shifted);
  const fixed = bySpectrum ? correlator.fixed(ranks) : [];
  const spectral: { index: number; pair: SpectrumPair }[] = [];
  labels.forEach(({ shifted }, index) => {
    if ('edges' in shifted) write(index, shiftedSums(prefixSums, shifted.edges, shifts));
    else spectral.push({ index, pair: { fixed, shifted: shifted.spectrum } });
  });
  for (let next = 0; next < spectral.length; next += 2) {
    const [first, second] = [spectral[next]!, spectral[next + 1]];
    const [sums, otherSums] = correlator.correlate(first.pair, second?.pair ?? null, shifts);
    write(first.index, sums);
    if (second !== undefined) write(second.index, otherSums);
  }
  return results;
}

/**
 * The sum of products that a perfect association has: of doubled centred ranks with a binary label n₁·n₀, for
 * the rank sum of the positives about its mean is n₁·n₀·(AUROC − ½).
 */
function largestSum({ kind, squares }: JudgedLabel, rows: number, rankSquares: number): number {
  return kind === 'binary' ? squares * (rows - squares) : Math.sqrt(rankSquares * squares);
}
