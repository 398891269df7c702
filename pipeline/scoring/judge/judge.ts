// All that the judging text tells of the labels alone, made ready once and used for every cell: how strong a signal and a
// label would look if the labels lay elsewhere in the text, and the interval of a score.
import { mean } from 'd3-array';
import { ALIGNMENTS, type Alignment } from '../../base/signals.ts';
import { aurocInterval, correlationInterval, type Interval } from '../../statistics/jackknife.ts';
import { type Ordered, pairsByBlock } from '../../statistics/ordered.ts';
import { type Run, RunProducts, runsOf, type Shift, sumsUnder, unshifted } from '../../statistics/shifts.ts';
import { type LabelIndex, labelOf, labelOffset } from '../plan/labels.ts';
import type { JudgeInput } from '../plan/plan.ts';

/** One hypothesis under one alignment. */
export interface JudgedLabel extends LabelIndex {
  readonly alignment: Alignment;
  /** [rows]: 0 or 1; empty for a real label. */
  readonly marks: Uint8Array;
  /** [rows]: centred doubled midranks; empty for a binary label. */
  readonly ranks: Float64Array;
  /** Number of the series, or of one that differs from it by a constant, among the products'. */
  readonly fixed: number;
  /**
   * What the sum of products with centred doubled ranks is under each of the judge's shifts where the association is
   * perfect, [shifts]: n₁·n₀ of a binary label, for the rank sum of the positives about its mean is n₁·n₀·(AUROC − ½); of a
   * real one, the root of the sum of squares about its mean, to be multiplied with that of the ranks.
   */
  readonly largest: Float64Array;
}

export interface Judge extends JudgeInput {
  /** First the labels as they are, and then under each shift. */
  readonly shifts: readonly Shift[];
  /** Of signals' centred ranks, which sum to 0, with labels. */
  readonly products: RunProducts;
  /** One for each hypothesis. */
  readonly judged: Readonly<Record<Alignment, readonly JudgedLabel[]>>;
}

export function createJudge(input: JudgeInput): Judge {
  const runs = runsOf(input.positions);
  const shifts = [unshifted(runs), ...input.shifts];
  const products = new RunProducts(runs, shifts);
  const [reading, predicting] = ALIGNMENTS.map((alignment) =>
    input.hypotheses.map((label) => judgeLabel({ ...input, shifts }, runs, products, alignment, label)),
  );
  return { ...input, shifts, products, judged: { reading: reading!, predicting: predicting! } };
}

function judgeLabel(
  { positions, labels, shifts }: JudgeInput,
  runs: readonly Run[],
  products: RunProducts,
  alignment: Alignment,
  { kind, index }: LabelIndex,
): JudgedLabel {
  const offset = labelOffset(alignment);
  const label = labelOf(labels, kind, index);
  const paired = Float64Array.from(positions, (position) => label(position + offset));
  const whole = kind === 'binary' ? paired : about(paired, Math.round(mean(paired) ?? 0));
  return {
    kind,
    index,
    alignment,
    marks: kind === 'binary' ? Uint8Array.from(paired) : new Uint8Array(),
    ranks: kind === 'binary' ? new Float64Array() : about(paired, mean(paired) ?? 0),
    fixed: products.add(whole),
    largest: largestProducts(kind, whole, runs, shifts),
  };
}

function largestProducts(
  kind: LabelIndex['kind'],
  series: Float64Array,
  runs: readonly Run[],
  shifts: readonly Shift[],
): Float64Array {
  const rows = series.length;
  const sums = sumsUnder(series, runs, shifts);
  if (kind === 'binary') return sums.map((positives) => positives * (rows - positives));
  const squares = sumsUnder(
    series.map((value) => value * value),
    runs,
    shifts,
  );
  return squares.map((square, shift) => Math.sqrt(Math.max(0, square - sums[shift]! ** 2 / rows)));
}

function about(values: Float64Array, centre: number): Float64Array {
  return values.map((value) => value - centre);
}

/**
 * 2·AUROC − 1 or ρ of one signal against several labels: first as they are, and then under each shift, in [-1, 1]; 0 where
 * it is not defined.
 * @param ranks centred doubled midranks of the signal, [rows]
 * @param count shifts that are taken, the labels as they are among them
 * @returns one array of [count] for each label
 */
export function associations(
  ranks: Float64Array,
  labels: readonly JudgedLabel[],
  { shifts, products }: Judge,
  count = shifts.length,
): Float64Array[] {
  let squares = 0;
  for (let row = 0; row < ranks.length; row++) squares += ranks[row]! * ranks[row]!;
  const size = Math.sqrt(squares);
  products.set(ranks);
  return labels.map(({ kind, fixed, largest }) => {
    const sums = products.sums(fixed, count);
    for (let shift = 0; shift < sums.length; shift++) {
      const most = kind === 'binary' ? largest[shift]! : largest[shift]! * size;
      sums[shift] = most > 0 ? Math.max(-1, Math.min(1, sums[shift]! / most)) : 0;
    }
    return sums;
  });
}

/**
 * The interval of an AUROC or of Spearman's ρ, by blocks.
 * @param ordered the signal's rows
 * @param ranks its centred doubled midranks, [rows]
 * @returns null where the blocks are too few, or too few of them bear the label
 */
export function intervalOf(ordered: Ordered, ranks: Float64Array, label: JudgedLabel, judge: Judge): Interval | null {
  const { blocks } = judge;
  if (label.kind === 'binary') return aurocInterval(pairsByBlock(ordered, label.marks, blocks));
  const sums = Array.from({ length: blocks.count }, () => ({ n: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 }));
  for (let row = 0; row < ranks.length; row++) {
    const ofBlock = sums[blocks.ofRow[row]!]!;
    const [x, y] = [ranks[row]!, label.ranks[row]!];
    ofBlock.n += 1;
    ofBlock.x += x;
    ofBlock.xx += x * x;
    ofBlock.y += y;
    ofBlock.yy += y * y;
    ofBlock.xy += x * y;
  }
  return correlationInterval(sums);
}
