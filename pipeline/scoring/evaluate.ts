// One cell on the judging text: every choice that the training text made for it, with its interval and its null.
import { ALIGNMENTS, type Alignment, SIGNALS, type Signal } from '../signals.ts';
import type { BinEdges } from './binEdges.ts';
import { aurocInterval, type Interval, spearmanInterval } from './bootstrap.ts';
import { association, type Choice } from './choose.ts';
import type { SpectrumPair } from './correlation.ts';
import type { Judge, JudgedAlignment, JudgedLabel } from './judge.ts';
import { midranksOfBins } from './ranks.ts';
import { circularPrefixSums, shiftedSums } from './shifts.ts';
import { auroc, averagePrecision, type Histogram, tieBound } from './statistics.ts';
import { addShard, clearTally, countsOf, createTally, positivesOf, type Tally } from './tally.ts';
import { confusionAt, f1, matthews } from './threshold.ts';

/** What the bins of the judging text say of one choice. Binary statistics are NaN for a real label. */
export interface Evaluation {
  readonly choice: Choice;
  /** The AUROC, or Spearman's ρ for a real label. */
  readonly value: number;
  /** Of `value`; null where there is none. */
  readonly interval: Interval | null;
  readonly averagePrecision: number;
  readonly f1: number;
  readonly mcc: number;
  /** The most that binning moved the AUROC; 0 for a real label. */
  readonly tieBound: number;
}

export interface CellEvaluation {
  /** One for each hypothesis. */
  readonly evaluations: readonly Evaluation[];
  /** [hypotheses, shifts]: |2·AUROC − 1| or |ρ| of the choice under each shift. */
  readonly nullStrengths: Float32Array;
  /** [hypotheses, signals, alignments]: 2·AUROC − 1 or ρ of every way to pair, chosen or not. */
  readonly associations: Float32Array;
}

/** The bins of a cell's signals at the sample's rows, in the order of SIGNALS. */
export type CellBins = readonly Uint8Array[];

/** @param choices one for each hypothesis */
export function evaluateCell(
  bins: CellBins,
  choices: readonly Choice[],
  edges: BinEdges,
  judge: Judge,
): CellEvaluation {
  const { hypotheses, labels, shifts } = judge;
  const tally = createTally(edges, labels.binary.length, labels.real.length, 1);
  const evaluations: Evaluation[] = [];
  const nullStrengths = new Float32Array(hypotheses.length * shifts.length);
  const associations = new Float32Array(hypotheses.length * SIGNALS.length * ALIGNMENTS.length);

  SIGNALS.forEach((signal, signalIndex) => {
    ALIGNMENTS.forEach((alignment, alignmentIndex) => {
      const judged = judge.alignments[alignment];
      clearTally(tally);
      addShard(tally, { bins: bins[signalIndex]!, stride: bins[signalIndex]!.length }, judged.pairs);
      hypotheses.forEach((label, k) => {
        const index = (k * SIGNALS.length + signalIndex) * ALIGNMENTS.length + alignmentIndex;
        associations[index] = association(tally, 0, label);
      });

      const chosen = [...hypotheses.keys()].filter((k) => isChoice(choices[k]!, signal, alignment));
      if (chosen.length === 0) return;
      const ranks = midranksOfBins(countsOf(tally, 0));
      for (const k of chosen) {
        evaluations[k] = evaluate(choices[k]!, bins[signalIndex]!, tally, ranks, judged, judged.labels[k]!, judge);
      }
      addNulls(nullStrengths, chosen, centredRanks(bins[signalIndex]!, ranks, judged), judged, shifts);
    });
  });
  return { evaluations, nullStrengths, associations };
}

function isChoice(choice: Choice, signal: Signal, alignment: Alignment): boolean {
  return choice.signal === signal && choice.alignment === alignment;
}

function evaluate(
  choice: Choice,
  bins: Uint8Array,
  tally: Tally,
  ranks: Float64Array,
  judged: JudgedAlignment,
  label: JudgedLabel,
  judge: Judge,
): Evaluation {
  const counts = countsOf(tally, 0);
  if (label.label.kind === 'real') {
    const interval = realInterval(centredRanks(bins, ranks, judged), judged, label, judge);
    const value = association(tally, 0, label.label);
    return { choice, value, interval, averagePrecision: NaN, f1: NaN, mcc: NaN, tieBound: 0 };
  }
  const positives = positivesOf(tally, 0, label.label.index);
  const value = auroc(positives, counts);
  const confusion = confusionAt(positives, counts, choice.boundary!.bin, choice.direction);
  return {
    choice,
    value,
    interval: binaryInterval(value, positives, counts, bins, judged, label, judge),
    averagePrecision: averagePrecision(positives, counts, choice.direction),
    f1: f1(confusion),
    mcc: matthews(confusion),
    tieBound: tieBound(positives, counts),
  };
}

function binaryInterval(
  value: number,
  positives: Histogram,
  counts: Histogram,
  bins: Uint8Array,
  { pairs, paragraph }: JudgedAlignment,
  { series, weights }: JudgedLabel,
  { resampling }: Judge,
): Interval {
  const placements = placementsOf(positives, counts);
  const a = new Float64Array(resampling.paragraphs);
  const b = new Float64Array(resampling.paragraphs);
  for (let index = 0; index < series.length; index++) {
    const bin = bins[pairs.rows[index]!]!;
    if (series[index] === 1) a[paragraph[index]!]! += placements.negativesBelow[bin]!;
    else b[paragraph[index]!]! += placements.positivesAbove[bin]!;
  }
  return aurocInterval(value, a, b, weights!, resampling);
}

/** For each bin, the share of the negatives below it and of the positives above it, those in it counting half. */
function placementsOf(positives: Histogram, counts: Histogram) {
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
  return {
    negativesBelow: negativesBelow.map((count) => count / negative),
    positivesAbove: positivesAbove.map((count) => 1 - count / positive),
  };
}

function realInterval(
  ranks: Float64Array,
  { paragraph }: JudgedAlignment,
  { series, squaresByParagraph }: JudgedLabel,
  { resampling }: Judge,
): Interval | null {
  const xy = new Float64Array(resampling.paragraphs);
  const xx = new Float64Array(resampling.paragraphs);
  let squares = 0;
  for (let index = 0; index < series.length; index++) {
    const rank = ranks[index]!;
    xy[paragraph[index]!]! += rank * series[index]!;
    xx[paragraph[index]!]! += rank * rank;
    squares += rank * rank;
  }
  return squares === 0 ? null : spearmanInterval(xy, xx, squaresByParagraph, resampling);
}

/** Doubled midranks of the signal about their mean, [pairs]. */
function centredRanks(bins: Uint8Array, ranks: Float64Array, { pairs }: JudgedAlignment): Float64Array {
  const mean = pairs.rows.length + 1;
  return Float64Array.from(pairs.rows, (row) => ranks[bins[row]!]! - mean);
}

/** Strengths under every shift, of all hypotheses for which one signal under one alignment was chosen. */
function addNulls(
  strengths: Float32Array,
  chosen: readonly number[],
  ranks: Float64Array,
  { labels, correlator }: JudgedAlignment,
  shifts: Int32Array,
): void {
  const squares = ranks.reduce((sum, rank) => sum + rank * rank, 0);
  const write = (k: number, sums: Float64Array) => {
    const { label, squares: labelSquares } = labels[k]!;
    // 2·AUROC − 1 is the doubled rank sum about its mean over the number of pairs of a positive and a negative.
    const largest =
      label.kind === 'binary' ? labelSquares * (ranks.length - labelSquares) : Math.sqrt(squares * labelSquares);
    if (largest === 0) return;
    for (let index = 0; index < shifts.length; index++) {
      strengths[k * shifts.length + index] = Math.abs(sums[index]!) / largest;
    }
  };

  const prefixSums = circularPrefixSums(ranks);
  const spectral: { k: number; pair: SpectrumPair }[] = [];
  const fixed = chosen.some((k) => 'spectrum' in labels[k]!.shifted) ? correlator.fixed(ranks) : [];
  for (const k of chosen) {
    const { shifted } = labels[k]!;
    if ('edges' in shifted) write(k, shiftedSums(prefixSums, shifted.edges, shifts));
    else spectral.push({ k, pair: { fixed, shifted: shifted.spectrum } });
  }
  for (let index = 0; index < spectral.length; index += 2) {
    const [first, second] = [spectral[index]!, spectral[index + 1]];
    const [sums, otherSums] = correlator.correlate(first.pair, second?.pair ?? null, shifts);
    write(first.k, sums);
    if (second !== undefined) write(second.k, otherSums);
  }
}
