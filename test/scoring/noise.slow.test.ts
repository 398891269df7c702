import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../pipeline/base/positions.ts';
import { mixedRandom, type Random, seededRandom } from '../../pipeline/base/random.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import { parseHypothesis } from '../../pipeline/datasets/text/hypotheses.ts';
import { labelCharacters } from '../../pipeline/datasets/text/text.ts';
import { planScoring, type ScoringPlan } from '../../pipeline/scoring/plan/plan.ts';
import { createScorer } from '../../pipeline/scoring/scorer.ts';
import { drawShifts, runsOf } from '../../pipeline/statistics/shifts.ts';
import { INTERPRETABLE, isInterpretable } from '../../pipeline/statistics/strength.ts';
import { aliceText } from '../datasets/text/books.ts';
import { autoregression, movingAverage, type Noise, reflectedWalk } from './noise.ts';

/** Plans, each with shifts of its own, and the networks that are scored by one. */
const PLANS = 20;
const OF_A_PLAN = 5;

const CELLS: readonly Noise[] = [
  autoregression(10),
  autoregression(100),
  autoregression(1000),
  movingAverage(100),
  reflectedWalk(1000),
];

/** Of long spans and short ones, frequent ones and rare ones, and counts. */
const HYPOTHESES = [
  ...['inside-quotes', 'after-quotes', 'word-initial', 'dash', 'rare-word', 'sentence-initial'],
  ...['position-in-line', 'since-opening-quote'],
];

const folder = new URL('../../content/hypotheses/', import.meta.url);
const hypotheses = readdirSync(folder)
  .filter((name) => HYPOTHESES.includes(name.replace('.md', '')))
  .map((name) => parseHypothesis(readFileSync(new URL(name, folder), 'utf8'), name));

/** The held-out blocks of the book, each behind the training block before it: what chooses knows nothing anyway. */
function partOfTheBook() {
  const book = labelCharacters({ id: 'alice', title: '', source: '' }, toCharacters(aliceText), hypotheses);
  const kept = book.blocks.filter((_, index) => [index, index + 1].some((at) => book.blocks[at]?.split === 'held-out'));
  const positions = Int32Array.from(
    kept.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k)),
  );
  const rowOf = new Map(Array.from(positions, (position, row) => [position, row]));
  const moved = <T extends { readonly start: number; readonly end: number }>({ start, end, ...rest }: T) => ({
    ...rest,
    start: rowOf.get(start)!,
    end: rowOf.get(end - 1)! + 1,
  });
  return {
    positions,
    symbols: Array.from(positions, (position) => book.symbols[position]!),
    blocks: kept.map(moved),
    hypotheses: book.labels.map(({ id, kind, values }) => ({
      id,
      kind,
      values: Float32Array.from(positions, (position) => values[position]!),
    })),
  };
}

/** A plan with other shifts, which are all that its seed decides. */
function withShifts(plan: ScoringPlan, seed: number): ScoringPlan {
  const shifts = drawShifts(runsOf(plan.judge.positions), seededRandom(seed));
  return { ...plan, seed, judge: { ...plan.judge, shifts } };
}

/** The most networks of `trials` that have a p of at most `level` by chance in all but one of a hundred tries. */
function binomialBound(trials: number, level: number): number {
  let probability = (1 - level) ** trials;
  let sum = probability;
  let count = 0;
  for (; sum < 0.99; count++) {
    probability *= ((trials - count) / (count + 1)) * (level / (1 - level));
    sum += probability;
  }
  return count;
}

it('shifts drawn apart from a plan are those of a plan of that seed', () => {
  const part = partOfTheBook();
  const plan = (seed: number) => planScoring(part, part.hypotheses, [CELLS.length], seed);
  expect(withShifts(plan(3), 4)).toEqual(plan(4));
});

it('the bound of a binomial of 200 and 5% is that of a table', () => {
  expect(binomialBound(200, 0.05)).toBe(18);
});

describe('networks of noise with a long memory, on a book with its own labels', () => {
  const part = partOfTheBook();
  const whole = planScoring(part, part.hypotheses, [CELLS.length], 0);
  const rows = Int32Array.from(part.positions.keys());
  const layerOfNoise = (random: Random) =>
    Object.fromEntries(
      SIGNALS.map((signal) => [signal, sideBySide(CELLS.map((noise) => noise(part.positions, random)))]),
    );
  let significant = 0;

  it.each(Array.from({ length: PLANS }, (_, plan) => plan * OF_A_PLAN))(
    'are never interpretable: five from the %ith on',
    async (first) => {
      const plan = withShifts(whole, first);
      expect(plan.scorable.length).toBe(HYPOTHESES.length);
      for (let seed = first; seed < first + OF_A_PLAN; seed++) {
        const scorer = createScorer(plan, 0);
        await scorer.add({ positions: rows, layers: [layerOfNoise(mixedRandom(seed))] });
        const { scores, evaluatedOn } = await scorer.finish();
        expect(evaluatedOn).toBe('held-out');
        expect(scores.filter((score) => isInterpretable(score, evaluatedOn))).toEqual([]);
        if (scores.some(({ pShift }) => pShift! <= INTERPRETABLE.p)) significant += 1;
      }
    },
    300_000,
  );

  it('are significant in one of twenty cases', () => {
    expect(significant).toBeLessThanOrEqual(binomialBound(PLANS * OF_A_PLAN, INTERPRETABLE.p));
    // A test that never finds anything would not control a rate either.
    expect(significant).toBeGreaterThanOrEqual(2);
  });
});

/** [rows, columns] out of columns. */
function sideBySide(columns: readonly Float32Array[]): Float32Array {
  const matrix = new Float32Array(columns.length * columns[0]!.length);
  columns.forEach((column, k) => {
    for (let row = 0; row < column.length; row++) matrix[row * columns.length + k] = column[row]!;
  });
  return matrix;
}
