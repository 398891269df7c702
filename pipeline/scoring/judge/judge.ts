// All that the judging text tells of the labels alone, made ready once and used for every cell: how strong a signal and a
// label would look if the labels lay elsewhere in the text, and the interval of a score.
import { mean } from 'd3-array';
import { ALIGNMENTS, type Alignment } from '../../base/signals.ts';
import type { Histogram } from '../../statistics/association.ts';
import {
  aurocInterval,
  type Interval,
  type LabelWeights,
  type Resampling,
  spearmanInterval,
  weightedSums,
} from '../../statistics/bootstrap.ts';
import { markedPositions } from '../../statistics/ranks.ts';
import { CircularProducts, type Run, runsOf, type Shift, sumsUnder } from '../../statistics/shifts.ts';
import { type LabelIndex, labelOf, labelOffset, labelShard } from '../plan/labels.ts';
import type { JudgeInput } from '../plan/plan.ts';
import { type LoadedLabels, loadLabels } from '../tally/tally.ts';

/** One hypothesis under one alignment. */
export interface JudgedLabel extends LabelIndex {
  readonly alignment: Alignment;
  /** [rows]: 0 or 1, or centred doubled midranks. */
  readonly series: Float64Array;
  /** Rows with a binary label; empty for a real one. */
  readonly positiveRows: Int32Array;
  /** Sums of the squares of `series`, [paragraphs]: the positives of a binary label. */
  readonly squaresByParagraph: Float64Array;
  /** Of a binary label in every replicate. */
  readonly weights: LabelWeights | null;
  /** Number of the series, or of one that differs from it by a constant, among the products'. */
  readonly fixed: number;
  /**
   * What the sum of products with centred doubled ranks is under each shift where the association is perfect, [shifts]:
   * n₁·n₀ of a binary label, for the rank sum of the positives about its mean is n₁·n₀·(AUROC − ½); of a real one, the
   * root of the sum of squares about its mean, to be multiplied with that of the ranks.
   */
  readonly largest: Float64Array;
}

export interface Judge extends JudgeInput {
  /** The row after the last of each paragraph. */
  readonly paragraphEnds: Int32Array;
  readonly loaded: LoadedLabels;
  /** Of signals' centred ranks, which sum to 0, with labels that are turned. */
  readonly products: CircularProducts;
  /** One for each hypothesis. */
  readonly judged: Readonly<Record<Alignment, readonly JudgedLabel[]>>;
}

export function createJudge(input: JudgeInput): Judge {
  const loaded = loadLabels(labelShard(input.positions, input.labels));
  const runs = runsOf(input.positions);
  const products = new CircularProducts(runs);
  const [reading, predicting] = ALIGNMENTS.map((alignment) =>
    input.hypotheses.map((label) => judgeLabel(input, runs, products, alignment, label)),
  );
  const judged = { reading: reading!, predicting: predicting! };
  const paragraphEnds = new Int32Array(input.resampling.paragraphs);
  input.paragraph.forEach((paragraph, row) => {
    paragraphEnds[paragraph] = row + 1;
  });
  return { ...input, paragraphEnds, loaded, products, judged };
}

function judgeLabel(
  { positions, labels, paragraph, resampling, shifts }: JudgeInput,
  runs: readonly Run[],
  products: CircularProducts,
  alignment: Alignment,
  { kind, index }: LabelIndex,
): JudgedLabel {
  const offset = labelOffset(alignment);
  const label = labelOf(labels, kind, index);
  const paired = Float64Array.from(positions, (position) => label(position + offset));
  const series = kind === 'binary' ? paired : about(paired, mean(paired)!);
  const turned = kind === 'binary' ? paired : about(paired, Math.round(mean(paired)!));
  const squaresByParagraph = new Float64Array(resampling.paragraphs);
  const rowsByParagraph = new Float64Array(resampling.paragraphs);
  for (let row = 0; row < series.length; row++) {
    squaresByParagraph[paragraph[row]!]! += series[row]! ** 2;
    rowsByParagraph[paragraph[row]!]! += 1;
  }
  return {
    kind,
    index,
    alignment,
    series,
    positiveRows: kind === 'binary' ? markedPositions(series) : new Int32Array(),
    squaresByParagraph,
    weights: kind === 'binary' ? labelWeights(squaresByParagraph, rowsByParagraph, resampling) : null,
    fixed: products.add(turned),
    largest: largestProducts(kind, turned, runs, shifts),
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

function labelWeights(positives: Float64Array, rows: Float64Array, resampling: Resampling): LabelWeights {
  const negatives = rows.map((count, paragraph) => count - positives[paragraph]!);
  return { positives: weightedSums(resampling, positives), negatives: weightedSums(resampling, negatives) };
}

function about(values: Float64Array, centre: number): Float64Array {
  return values.map((value) => value - centre);
}

/**
 * |2·AUROC − 1| or |ρ| of one signal against several labels under every shift.
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

/** @param area the observed AUROC */
export function binaryInterval(
  area: number,
  positives: Histogram,
  counts: Histogram,
  bins: Uint8Array,
  { positiveRows, weights }: JudgedLabel,
  { paragraph, paragraphEnds, resampling }: Judge,
): Interval {
  const { negativesBelow, positivesAbove } = placements(positives, counts);
  const a = new Float64Array(resampling.paragraphs);
  const b = new Float64Array(resampling.paragraphs);
  // All rows count as negatives first, and then the positives are taken out: without a branch in the long loop.
  for (let row = 0, index = 0; index < b.length; index++) {
    const end = paragraphEnds[index]!;
    let sum = 0;
    for (; row < end; row++) sum += positivesAbove[bins[row]!]!;
    b[index] = sum;
  }
  for (let index = 0; index < positiveRows.length; index++) {
    const row = positiveRows[index]!;
    a[paragraph[row]!]! += negativesBelow[bins[row]!]!;
    b[paragraph[row]!]! -= positivesAbove[bins[row]!]!;
  }
  return aurocInterval(area, a, b, weights!, resampling);
}

/** For each bin, the share of the negatives below it and of the positives above it, those in it counting half. */
function placements(positives: Histogram, counts: Histogram) {
  const negativesBelow = new Float64Array(counts.length);
  const positivesAbove = new Float64Array(counts.length);
  let [negative, positive] = [0, 0];
  for (let bin = 0; bin < counts.length; bin++) {
    const negatives = counts[bin]! - positives[bin]!;
    negativesBelow[bin] = negative + negatives / 2;
    positivesAbove[bin] = positive + positives[bin]! / 2;
    negative += negatives;
    positive += positives[bin]!;
  }
  for (let bin = 0; bin < counts.length; bin++) {
    negativesBelow[bin]! /= negative;
    positivesAbove[bin] = 1 - positivesAbove[bin]! / positive;
  }
  return { negativesBelow, positivesAbove };
}

/**
 * @param ranks centred doubled midranks of the signal, [rows]
 * @returns null where the signal is constant
 */
export function realInterval(
  ranks: Float64Array,
  { series, squaresByParagraph }: JudgedLabel,
  { paragraphEnds, resampling }: Judge,
): Interval | null {
  const xy = new Float64Array(resampling.paragraphs);
  const xx = new Float64Array(resampling.paragraphs);
  for (let row = 0, index = 0; index < xx.length; index++) {
    const end = paragraphEnds[index]!;
    let [products, squares] = [0, 0];
    for (; row < end; row++) {
      const rank = ranks[row]!;
      products += rank * series[row]!;
      squares += rank * rank;
    }
    xy[index] = products;
    xx[index] = squares;
  }
  if (xx.every((square) => square === 0)) return null;
  return spearmanInterval(xy, xx, squaresByParagraph, resampling);
}
