import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../pipeline/base/positions.ts';
import { mixedRandom, normal } from '../../pipeline/base/random.ts';
import { loadGallery } from '../../pipeline/content/content.ts';
import { loadHypotheses } from '../../pipeline/content/corpora.ts';
import { labelCharacters } from '../../pipeline/datasets/text/text.ts';
import { associations, createJudge, intervalOf } from '../../pipeline/scoring/judge/judge.ts';
import { planScoring } from '../../pipeline/scoring/plan/plan.ts';
import { familywiseP } from '../../pipeline/statistics/familywise.ts';
import { centredMidranks, orderRows } from '../../pipeline/statistics/ordered.ts';
import { drawShifts, runsOf } from '../../pipeline/statistics/shifts.ts';
import { aliceText } from '../datasets/text/books.ts';
import { autoregression, type Noise } from './noise.ts';

// `bench/coverage.ts` measures the same with more cells, labels and trials.

const TRIALS = 400;
const book = toCharacters(aliceText);

function planOf(length: number, ids: readonly string[] | 'all') {
  const text = labelCharacters(
    { id: 'alice', title: '', source: '' },
    book.slice(0, length),
    loadHypotheses('content', ids),
  );
  return planScoring(text, text.labels, [1], 5);
}

/** Nearly 1 on the label and nearly 0 elsewhere, but for a tenth of its spans, which are drawn anew for each cell. */
function missing(label: ArrayLike<number>): Noise {
  return (positions, random) => {
    let isMissed = false;
    return Float32Array.from(positions, (position, row) => {
      const begins = row === 0 || positions[row - 1] !== position - 1 || label[position - 1] !== 1;
      if (begins) isMissed = random.uniform() < 0.1;
      return Number(label[position] === 1 && !isMissed) + 0.05 * normal(random);
    });
  };
}

describe.each([60_000, book.length])('on the first %i characters of a book, 95% intervals', (length) => {
  const plan = planOf(length, ['inside-quotes']);
  const judge = createJudge({ ...plan.judge, shifts: [] });
  const label = judge.judged.reading[0]!;
  const { values } = plan.scorable[0]!;
  it.each([
    ['noise that remembers 30 characters', autoregression(30), 0.5],
    ['noise that remembers 1,000', autoregression(1000), 0.5],
    // A span that is caught wins all its pairs, and one that is missed half of them.
    ['a cell that misses a tenth of the quotations', missing(values), 0.9 + 0.1 / 2],
  ])('of %s hold the truth nearly 95 times of 100', (_, noise, truth) => {
    const random = mixedRandom(8);
    let held = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const ordered = orderRows(noise(plan.judge.positions, random));
      const [low, high] = intervalOf(ordered, centredMidranks(ordered), label, judge)!;
      if (low <= truth && truth <= high) held += 1;
    }
    // 93% to 97%, and two standard errors of so many trials.
    expect(held / TRIALS).toBeGreaterThan(0.93 - 0.022);
    expect(held / TRIALS).toBeLessThan(0.97 + 0.022);
  });
});

it('on 20,000 characters, of which eight short blocks are held out, noise passes in a twentieth of all cases', () => {
  const plan = planOf(20_000, loadGallery('content', 'alice').hypotheses);
  expect(plan.untested).toBeNull();
  const random = mixedRandom(9);
  const runs = runsOf(plan.judge.positions);
  const trials = 200;
  let found = 0;
  let judge = createJudge(plan.judge);
  for (let trial = 0; trial < trials; trial++) {
    if (trial % 20 === 19) judge = createJudge({ ...plan.judge, shifts: drawShifts(runs, random) });
    const rows = [30, 300, 1000].flatMap((memory) => {
      const ranks = centredMidranks(orderRows(autoregression(memory)(plan.judge.positions, random)));
      return associations(ranks, judge.judged.reading, judge).map((all) => all.map(Math.abs));
    });
    const strengths = Float32Array.from(rows.flatMap((all) => [...all.subarray(1)]));
    const observed = rows.map((all) => all[0]!);
    if (familywiseP(observed, { shifts: 200, strengths }).some((p) => p <= 0.05)) found += 1;
  }
  // Of 200 cases at 5%, more than 18 in one of a hundred tries.
  expect(found).toBeLessThanOrEqual(18);
  expect(found).toBeGreaterThanOrEqual(2);
});
