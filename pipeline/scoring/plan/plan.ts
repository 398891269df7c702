// Everything about a scoring that is known from the text and the labels, before any signal is seen. A model and its
// untrained twin are scored by the same plan: same rows, same shifts, same blocks.
import { ALL_SIGNALS, type GivenSignals } from '../../base/bytes.ts';
import { seededRandom } from '../../base/random.ts';
import { sharedCopy, sharedLabels } from '../../base/shared-memory.ts';
import { ALIGNMENTS } from '../../base/signals.ts';
import type { Blocks } from '../../statistics/ordered.ts';
import { markedPositions, midrankTable } from '../../statistics/ranks.ts';
import { drawShifts, runsOf, type Shift } from '../../statistics/shifts.ts';
import { type Baselines, baselines } from './baseline.ts';
import { blocksOf, type Division, divide, type ScoredDataset, whyUntested } from './division.ts';
import {
  checkHypothesis,
  type Label,
  type LabelIndex,
  type Labels,
  labelOf,
  labelOffset,
  pairedPositions,
  type Scorability,
  scorability,
} from './labels.ts';
import { type JudgedSegments, judgedSegments } from './segments.ts';

/** What the judging text will be asked. */
export interface JudgeInput {
  /** Text positions of the judging rows, rising, all of them paired. */
  readonly positions: Int32Array;
  /** The real ones as doubled midranks. */
  readonly labels: Labels;
  readonly hypotheses: readonly LabelIndex[];
  /** The blocks that the rows belong to, whose evidence is its own. */
  readonly blocks: Blocks;
  /** None where nothing is tested. */
  readonly shifts: readonly Shift[];
  /**
   * Whether the value of each choice is all that is wanted: no interval, no other statistic, no shift, no way to pair that was
   * not chosen. It takes a third of the time.
   */
  readonly valuesOnly: boolean;
}

export interface ScoringPlan extends GivenSignals {
  /** Units of each layer. */
  readonly layers: readonly number[];
  readonly hypotheses: readonly Label[];
  /** One for each hypothesis. */
  readonly scorability: readonly Scorability[];
  /** One for each hypothesis. */
  readonly baselines: readonly Baselines[];
  /** The hypotheses that can be scored, in order. */
  readonly scorable: readonly Label[];
  readonly division: Division;
  /** Of the scorable hypotheses; real ones as doubled midranks among the characters that train. */
  readonly trainLabels: Labels;
  /** [length of the text]: 1 where a character is a training row. */
  readonly trainRows: Uint8Array;
  /** [alignments, real]: sums of the squares of the training rows' doubled midranks, in the order of the text. */
  readonly rankSquares: Float64Array;
  /** The same labels, real ones as they are. */
  readonly plainLabels: Labels;
  readonly judge: JudgeInput;
  /** [length of the text]: the row of each character in the judging sample, or -1. */
  readonly sampleRow: Int32Array;
  /** Characters of each of the segments that are read side by side, every one from its beginning to its end. */
  readonly segment: number;
  readonly segments: JudgedSegments;
  readonly seed: number;
  /** Why nothing is tested, as a sentence; null where it is. */
  readonly untested: string | null;
}

/**
 * @param layers units of each layer
 * @param seed of the time shifts
 * @param given what will be there to score: all six signals, unless it is a file that has fewer
 * @param segment characters of each of the segments in which the signals will come; all of them where left out
 * @throws InputError if the text is empty or a label does not fit it
 */
export function planScoring(
  text: ScoredDataset,
  hypotheses: readonly Label[],
  layers: readonly number[],
  seed: number,
  { signals, domains }: GivenSignals = ALL_SIGNALS,
  segment = text.symbols.length,
): ScoringPlan {
  const length = text.symbols.length;
  for (const hypothesis of hypotheses) checkHypothesis(hypothesis, length);
  const division = divide(text);
  const { train, evaluated } = division;
  const scorabilities = hypotheses.map((hypothesis) => scorability(hypothesis, division));
  const scorable = hypotheses.filter((_, index) => scorabilities[index]!.scorable);

  const positions = pairedPositions(evaluated);
  const untested = whyUntested(division);
  const sampleRow = sharedCopy(Int32Array, new Int32Array(length).fill(-1));
  positions.forEach((position, row) => {
    sampleRow[position] = row;
  });
  const plainLabels: Labels = { binary: labelsOf(scorable, 'binary'), real: labelsOf(scorable, 'real') };
  const ranked = (mask: Uint8Array): Labels => {
    const among = markedPositions(mask);
    return { ...plainLabels, ranks: plainLabels.real.map((values) => midrankTable(values, among)) };
  };
  const trainPositions = pairedPositions(train);
  const trainRows = sharedCopy(Uint8Array, new Uint8Array(length));
  for (const position of trainPositions) trainRows[position] = 1;
  const trainLabels = ranked(train);
  return {
    layers,
    signals,
    domains,
    hypotheses,
    scorability: scorabilities,
    baselines: baselines(text.symbols, hypotheses, division),
    scorable,
    division,
    trainRows,
    trainLabels,
    rankSquares: rankSquares(trainPositions, trainLabels),
    plainLabels,
    judge: {
      positions,
      labels: ranked(evaluated),
      hypotheses: labelIndices(scorable),
      blocks: blocksOf(division, positions),
      shifts: untested === null ? drawShifts(runsOf(positions), seededRandom(seed)) : [],
      valuesOnly: false,
    },
    sampleRow,
    segment,
    segments: judgedSegments(positions, segment),
    seed,
    untested,
  };
}

/** The same plan for networks of which the value of each choice is all that is wanted. */
export function valuesOnly(plan: ScoringPlan): ScoringPlan {
  return { ...plan, judge: { ...plan.judge, shifts: [], valuesOnly: true } };
}

function labelsOf(hypotheses: readonly Label[], wanted: Label['kind']): ArrayLike<number>[] {
  return hypotheses.flatMap(({ kind, values }) => (kind === wanted ? [sharedLabels(kind, values)] : []));
}

function labelIndices(hypotheses: readonly Label[]): LabelIndex[] {
  const next = { binary: 0, real: 0 };
  return hypotheses.map(({ kind }) => {
    const index = next[kind];
    next[kind] += 1;
    return { kind, index };
  });
}

/** Of a long text they are beyond the whole numbers that a float holds, and so depend on the order they are added in. */
function rankSquares(positions: Int32Array, labels: Labels): Float64Array {
  const sums = ALIGNMENTS.flatMap((alignment) =>
    labels.real.map((_, k) => {
      const rank = labelOf(labels, 'real', k);
      return positions.reduce((sum, position) => sum + rank(position + labelOffset(alignment)) ** 2, 0);
    }),
  );
  return Float64Array.from(sums);
}
