// One cell on the judging text: every choice that the training text made for it, with its interval and its null.
import { ALIGNMENTS, type Signal } from '../../base/signals.ts';
import { auroc, averagePrecision, confusionAt, f1, matthews, tieBound } from '../../statistics/association.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { midranksOfBins } from '../../statistics/ranks.ts';
import { countStrong } from '../../statistics/strength.ts';
import { association, type Choice } from '../choose.ts';
import type { BinEdges } from '../tally/bin-edges.ts';
import { addShard, clearTally, countsOf, createTally, positivesOf, type Tally } from '../tally/tally.ts';
import { binaryInterval, type Judge, type JudgedLabel, nullStrengths, realInterval } from './judge.ts';

/** What the bins of the judging text say of one choice. The statistics of binary labels are NaN for a real one. */
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
  /** How many of these are as strong as an interpretable one under the first {@link EVERY_WAY_SHIFTS} shifts, all in all. */
  readonly strongByChance: number;
}

/** For what would be there by chance had nothing been chosen, fewer shifts are enough: so many more ways are shifted. */
export const EVERY_WAY_SHIFTS = 20;

/** A scratch tally of one column, for {@link evaluateCell} to use again and again. */
export function scratchTally(edges: BinEdges, { labels }: Judge): Tally {
  return createTally(edges, labels.binary.length, labels.real.length, 1);
}

/**
 * @param signals those that are scored
 * @param bins of the cell's signals, in their order, at the judging rows
 * @param choices one for each hypothesis
 */
export function evaluateCell(
  signals: readonly Signal[],
  bins: readonly Uint8Array[],
  choices: readonly Choice[],
  tally: Tally,
  judge: Judge,
): CellEvaluation {
  const { hypotheses, shifts, loaded, judged } = judge;
  const evaluations: Evaluation[] = [];
  const strengths = new Float32Array(hypotheses.length * shifts.length);
  const associations = new Float32Array(hypotheses.length * signals.length * ALIGNMENTS.length);
  const everyLabel = ALIGNMENTS.flatMap((alignment) => judged[alignment]);
  const fewShifts = { ...judge, shifts: shifts.slice(0, EVERY_WAY_SHIFTS) };
  let strongByChance = 0;

  signals.forEach((signal, signalIndex) => {
    const values = bins[signalIndex]!;
    clearTally(tally);
    addShard(tally, { bins: values, stride: values.length, labels: loaded });
    hypotheses.forEach((label, k) => {
      ALIGNMENTS.forEach((alignment, a) => {
        const index = (k * signals.length + signalIndex) * ALIGNMENTS.length + a;
        associations[index] = association(tally, 0, alignment, label);
      });
    });

    const ranks = centredRanks(values, tally);
    for (const ofLabel of nullStrengths(ranks, everyLabel, fewShifts)) strongByChance += countStrong(ofLabel);

    const chosen = [...hypotheses.keys()].filter((k) => choices[k]!.signal === signal);
    const labels = chosen.map((k) => judged[choices[k]!.alignment][k]!);
    chosen.forEach((k, index) => {
      evaluations[k] = evaluate(choices[k]!, values, ranks, tally, labels[index]!, judge);
    });
    nullStrengths(ranks, labels, judge).forEach((result, index) => {
      strengths.set(result, chosen[index]! * shifts.length);
    });
  });
  return { evaluations, nullStrengths: strengths, associations, strongByChance };
}

function evaluate(
  choice: Choice,
  bins: Uint8Array,
  ranks: Float64Array,
  tally: Tally,
  label: JudgedLabel,
  judge: Judge,
): Evaluation {
  const { alignment, direction, boundary } = choice;
  if (boundary === null) {
    const value = association(tally, 0, alignment, label);
    const interval = realInterval(ranks, label, judge);
    return { choice, value, interval, averagePrecision: Number.NaN, f1: Number.NaN, mcc: Number.NaN, tieBound: 0 };
  }
  const counts = countsOf(tally, 0);
  const positives = positivesOf(tally, 0, alignment, label.index);
  const value = auroc(positives, counts);
  const confusion = confusionAt(positives, counts, boundary.bin, direction);
  return {
    choice,
    value,
    interval: binaryInterval(value, positives, counts, bins, label, judge),
    averagePrecision: averagePrecision(positives, counts, direction),
    f1: f1(confusion),
    mcc: matthews(confusion),
    tieBound: tieBound(positives, counts),
  };
}

/** Doubled midranks of a signal about their mean, [rows]. */
export function centredRanks(bins: Uint8Array, tally: Tally): Float64Array {
  const rankOfBin = midranksOfBins(countsOf(tally, 0));
  const ranks = new Float64Array(bins.length);
  for (let row = 0; row < bins.length; row++) ranks[row] = rankOfBin[bins[row]!]! - (bins.length + 1);
  return ranks;
}
