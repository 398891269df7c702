// Whether a cell's best hypothesis stands out from the others: what they explain of its signal together, what each adds,
// and what is left of the best one's score once all others are accounted for.

import { layerSizes } from '../../base/cell-ids.ts';
import { spanNumbers } from '../../base/positions.ts';
import { ALIGNMENTS, type Alignment } from '../../base/signals.ts';
import { SCORING_SEED } from '../../gallery/measure.ts';
import { createJudge, type Judge } from '../../scoring/judge/judge.ts';
import { type Remaining, scoreRemaining, shareInterval } from '../../scoring/judge/probe.ts';
import { HALF_LIVES, leakyCounter } from '../../scoring/plan/baseline.ts';
import { labelOffset } from '../../scoring/plan/labels.ts';
import { planScoring } from '../../scoring/plan/plan.ts';
import { createExplainer, type Explained, type Rows, type Term } from '../../statistics/explained.ts';
import type { Interval } from '../../statistics/jackknife.ts';
import { type EvidenceContext, type EvidenceMeasure, scoresOf, signalOf } from '../context.ts';
import type { Competing } from './schema.ts';

/** Among the terms, the counters of opening marks of all half-lives. */
const COUNTER = 'opening-marks';

/** Of the training blocks, in turn. */
const FOLDS = 6;

/** Decimals that a share is worth. */
const DECIMALS = 4;

export const competing: EvidenceMeasure<Competing> = {
  module: import.meta.url,

  applies({ scores, labelled }) {
    const blocks = new Set(foldsOf(labelled.blocks, scores.trainingPositions));
    return scores.evaluatedOn === 'held-out' && scores.scores.length > 0 && blocks.size > 1;
  },

  measure(context) {
    const { cells } = context;
    const own = scoresOf(context);
    const { judge, scorable } = judging(context);
    const [reading, predicting] = ALIGNMENTS.map((alignment) => explainerOf(context, alignment));
    const explainers = { reading: reading!, predicting: predicting! };
    const [training, heldOut] = [context.training(), context.heldOut()];
    return {
      cells: cells.map(({ id }, cell) => {
        const best = own.get(id)?.[0];
        if (best === undefined) return null;
        const { explain, hasCounter } = explainers[best.alignment];
        const explained = explain(signalOf(training, cell, best.signal), signalOf(heldOut, cell, best.signal));
        if (explained === null) return null;
        const remaining = (values: Float64Array) =>
          described(scoreRemaining(values, scorable.indexOf(best.hypothesis), best.alignment, judge));
        return {
          ...describedShares(explained, judge),
          afterOthers: remaining(explained.leftByOthers(best.hypothesis)),
          afterCounter: hasCounter ? remaining(explained.leftBy(COUNTER)) : null,
        };
      }),
    };
  },
};

/** The judge that scored the cells, without its shifts, and the hypotheses in its order. */
function judging({ labelled, cells, scores }: EvidenceContext): { judge: Judge; scorable: string[] } {
  const { signals, domains } = scores;
  const plan = planScoring(labelled, labelled.labels, layerSizes(cells), SCORING_SEED, { signals, domains });
  return {
    judge: createJudge({ ...plan.judge, shifts: [] }),
    scorable: plan.scorable.map(({ id }) => id),
  };
}

function explainerOf({ labelled, scores }: EvidenceContext, alignment: Alignment) {
  const { texts, labels, blocks } = labelled;
  const { positions, trainingPositions } = scores;
  const at = (values: ArrayLike<number>, ahead: number) => ({
    training: Float64Array.from(trainingPositions, (position) => values[position + ahead]!),
    judging: Float64Array.from(positions, (position) => values[position + ahead]!),
  });
  // A counter knows what the cell has read, under either alignment.
  const counters = HALF_LIVES.map((halfLife) => at(leakyCounter(texts, halfLife), 0));
  const hasCounter = counters[0]!.training.some((count) => count > 0);
  const terms: Term[] = [
    ...labels.map(({ id, values }) => ({ id, columns: [at(values, labelOffset(alignment))] })),
    ...(hasCounter ? [{ id: COUNTER, columns: counters }] : []),
  ];
  const rows: Rows = { fold: foldsOf(blocks, trainingPositions), folds: FOLDS, judging: positions.length };
  return { explain: createExplainer(terms, rows), hasCounter };
}

/** The fold of each position: the blocks that have any take turns. */
function foldsOf(blocks: EvidenceContext['labelled']['blocks'], positions: readonly number[]): number[] {
  return Array.from(spanNumbers(blocks, positions), (number) => number % FOLDS);
}

const rounded = (value: number) => Number(value.toFixed(DECIMALS));

const roundedInterval = (interval: Interval | null): [number, number] | null =>
  interval === null ? null : [rounded(interval[0]), rounded(interval[1])];

function describedShares(explained: Explained, judge: Judge): Pick<Competing, 'together' | 'terms'> {
  const { share, contributions, unexplained, deviations } = explained;
  return {
    together: { share: rounded(share), interval: roundedInterval(shareInterval(unexplained, deviations, judge)) },
    terms: contributions.map(({ id, alone, adds }) => ({ id, alone: rounded(alone), adds: rounded(adds) })),
  };
}

function described({ value, interval }: Remaining): Competing['afterOthers'] {
  return { value: rounded(value), interval: roundedInterval(interval) };
}
