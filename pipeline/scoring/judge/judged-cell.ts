// One cell on the judging text: every choice that the training text made for it, with its interval and its null.
import { ALIGNMENTS, type Signal } from '../../base/signals.ts';
import { confusionAt, f1, matthews } from '../../statistics/association.ts';
import type { Interval } from '../../statistics/jackknife.ts';
import { averagePrecision, centredMidranks, type Ordered, orderRows } from '../../statistics/ordered.ts';
import { countStrong } from '../../statistics/strength.ts';
import type { Choice } from '../choose.ts';
import { associations, intervalOf, type Judge, type JudgedLabel } from './judge.ts';

/** What the values at the judging rows say of one choice. The statistics of binary labels are NaN for a real one. */
export interface Evaluation {
  readonly choice: Choice;
  /** The AUROC, or Spearman's ρ for a real label; NaN where no row or every one bears the label. */
  readonly value: number;
  /** Of `value`; null where there is none. */
  readonly interval: Interval | null;
  readonly averagePrecision: number;
  readonly f1: number;
  readonly mcc: number;
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

/**
 * @param signals those that are scored
 * @param values of the cell's signals, in their order, at the judging rows
 * @param choices one for each hypothesis
 */
export function evaluateCell(
  signals: readonly Signal[],
  values: readonly Float32Array[],
  choices: readonly Choice[],
  judge: Judge,
): CellEvaluation {
  const { hypotheses, shifts, judged } = judge;
  const evaluations: Evaluation[] = [];
  const drawn = shifts.length - 1;
  const nullStrengths = new Float32Array(hypotheses.length * drawn);
  const everyWay = new Float32Array(hypotheses.length * signals.length * ALIGNMENTS.length);
  const everyLabel = ALIGNMENTS.flatMap((alignment) => judged[alignment]);
  let strongByChance = 0;

  signals.forEach((signal, signalIndex) => {
    const chosen = [...hypotheses.keys()].filter((k) => choices[k]!.signal === signal);
    if (judge.valuesOnly && chosen.length === 0) return;
    const ofSignal = values[signalIndex]!;
    const ordered = orderRows(ofSignal);
    const ranks = centredMidranks(ordered);
    const labels = chosen.map((k) => judged[choices[k]!.alignment][k]!);
    if (judge.valuesOnly) {
      associations(ranks, labels, judge, 1).forEach(([own], index) => {
        const k = chosen[index]!;
        evaluations[k] = { ...NOTHING_ELSE, choice: choices[k]!, value: statisticOf(own!, labels[index]!) };
      });
      return;
    }
    associations(ranks, everyLabel, judge, 1 + EVERY_WAY_SHIFTS).forEach((found, index) => {
      const [a, k] = [Math.floor(index / hypotheses.length), index % hypotheses.length];
      everyWay[(k * signals.length + signalIndex) * ALIGNMENTS.length + a] = found[0]!;
      strongByChance += countStrong(found.subarray(1));
    });
    associations(ranks, labels, judge).forEach((found, index) => {
      const k = chosen[index]!;
      const column = { values: ofSignal, ordered, ranks };
      evaluations[k] = evaluate(choices[k]!, column, found[0]!, labels[index]!, judge);
      nullStrengths.set(found.subarray(1).map(Math.abs), k * drawn);
    });
  });
  return { evaluations, nullStrengths, associations: everyWay, strongByChance };
}

const NOTHING_ELSE = { interval: null, averagePrecision: Number.NaN, f1: Number.NaN, mcc: Number.NaN } as const;

/** @param association 2·AUROC − 1 or ρ */
function statisticOf(association: number, { kind, largest }: JudgedLabel): number {
  if (kind === 'real') return association;
  return largest[0]! > 0 ? (association + 1) / 2 : Number.NaN;
}

/** One signal at the judging rows. */
interface Column {
  readonly values: Float32Array;
  readonly ordered: Ordered;
  /** Centred doubled midranks. */
  readonly ranks: Float64Array;
}

function evaluate(
  choice: Choice,
  { values, ordered, ranks }: Column,
  association: number,
  label: JudgedLabel,
  judge: Judge,
): Evaluation {
  const { direction, boundary } = choice;
  const interval = intervalOf(ordered, ranks, label, judge);
  const value = statisticOf(association, label);
  if (boundary === null) return { ...NOTHING_ELSE, choice, value, interval };
  const confusion = confusionAt(values, label.marks, boundary, direction);
  return {
    choice,
    value,
    interval,
    averagePrecision: averagePrecision(ordered, label.marks, direction),
    f1: f1(confusion),
    mcc: matthews(confusion),
  };
}
