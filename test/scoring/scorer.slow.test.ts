import { describe, expect, it } from 'vitest';
import { normal, type Random, seededRandom } from '../../pipeline/base/random.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import { scoreSchema } from '../../pipeline/contract/index.ts';
import type { Label } from '../../pipeline/scoring/plan/labels.ts';
import { planScoring, valuesOnly } from '../../pipeline/scoring/plan/plan.ts';
import { compareWithTwin } from '../../pipeline/scoring/rank.ts';
import type { ScoringResult } from '../../pipeline/scoring/results.ts';
import { createScorer } from '../../pipeline/scoring/scorer.ts';
import { isInterpretable, orientedValue, strength } from '../../pipeline/statistics/strength.ts';
import { aurocByPairs } from '../statistics/histograms.ts';
import { type Cells, noiseCell, randomRamp, randomSpans, smallText, windowsOf } from './planted.ts';

const LENGTH = 10_000;

async function score(
  cells: Cells,
  hypotheses: readonly Label[],
  random: Random,
  { workers = 0, split = true, brief = false } = {},
): Promise<ScoringResult> {
  const text = smallText(LENGTH, random);
  const blocks = split ? text.blocks : text.blocks.map((block) => ({ ...block, split: 'train' as const }));
  const plan = planScoring({ ...text, blocks }, hypotheses, [cells.length], 7);
  const scorer = createScorer(brief ? valuesOnly(plan) : plan, workers);
  for (const window of windowsOf(cells, LENGTH, 900, random)) await scorer.add(window);
  return scorer.finish();
}

function plantedModel() {
  const random = seededRandom(31);
  const spans = randomSpans('spans', LENGTH, 15, 40, random);
  const ramp = randomRamp('ramp', LENGTH, 30, random);
  const rare = randomSpans('rare', LENGTH, 5, 3000, random);
  const cells = Array.from({ length: 6 }, () => noiseCell(LENGTH, 20, random));
  // Cell 2 foresees the spans, upside down, in its output gate; cell 4 knows the ramp in its state.
  cells[2]!.o.forEach((_, t) => {
    cells[2]!.o[t] = 0.7 - 0.5 * (spans.values[t + 1] ?? 0) + 0.05 * normal(random);
  });
  cells[4]!.c.forEach((_, t) => {
    cells[4]!.c[t] = Math.sqrt(ramp.values[t]!) + 0.2 * normal(random);
  });
  return { cells, hypotheses: [spans, ramp, rare], random };
}

it('a scoring of values alone makes the same choices and finds the same values, and leaves the rest out', async () => {
  const { cells, hypotheses } = plantedModel();
  const inOrder = ({ scores }: ScoringResult) =>
    [...scores].sort((a, b) => a.unit - b.unit || a.hypothesis.localeCompare(b.hypothesis));
  const [whole, brief] = await Promise.all(
    [false, true].map((values) => score(cells, hypotheses, seededRandom(5), { brief: values })),
  );
  inOrder(brief!).forEach((row, index) => {
    const { cell, hypothesis, signal, alignment, direction, auroc, spearman, threshold } = inOrder(whole!)[index]!;
    expect(row).toMatchObject({ cell, hypothesis, signal, alignment, direction, auroc, spearman, threshold });
    expect(row).toMatchObject({ interval: null, f1: null, averagePrecision: null, cohenD: null });
  });
});

describe('a model with two cells that know something', async () => {
  const { cells, hypotheses, random } = plantedModel();
  const result = await score(cells, hypotheses, random);
  const best = (hypothesis: string) => result.scores.find((row) => row.hypothesis === hypothesis)!;

  it('is found out: the right cell, signal, alignment and direction come first', () => {
    expect(best('spans')).toMatchObject({ cell: '1-2', signal: 'o', alignment: 'predicting', direction: -1 });
    expect(best('ramp')).toMatchObject({ cell: '1-4', signal: 'c', alignment: 'reading', direction: 1 });
    expect(best('spans').auroc).toBeLessThan(0.01);
    expect(best('spans').f1).toBeGreaterThan(0.95);
    expect(best('spans').threshold).toBeGreaterThan(0.2);
    expect(best('spans').threshold).toBeLessThan(0.7);
    expect(best('ramp').spearman).toBeGreaterThan(0.9);
  });

  it('is interpretable in these two cells and in no other', () => {
    const rows = result.scores.filter((row) => isInterpretable(row, result.evaluatedOn));
    expect(rows.map((row) => row.cell).sort()).toEqual(['1-2', '1-4']);
    expect(rows.every((row) => row.pShift === 1 / 201)).toBe(true);
    expect(result.null.discoveries).toBe(2);
    expect(result.null.falseDiscoveryRate).toBeLessThan(0.01);
  });

  it('has as many strong ways to pair a signal with a label as there are, of which hardly any are expected by chance', () => {
    const strong = [0, 1, 2, 3, 4, 5].flatMap((cell) => [
      ...result.associations(cell, 'spans').filter(({ value }) => Math.abs(2 * value - 1) >= 0.8),
      ...result.associations(cell, 'ramp').filter(({ value }) => Math.abs(value) >= 0.8),
    ]);
    const { tests, discoveries, falseDiscoveries, falseDiscoveryRate } = result.null.everyWay;
    expect(tests).toBe(6 * 2 * 12);
    expect(strong.length).toBeGreaterThan(2);
    expect(discoveries).toBe(strong.length);
    expect(falseDiscoveries).toBeLessThan(0.1);
    expect(falseDiscoveryRate).toBe(falseDiscoveries / discoveries);
  });

  it('has scores that the contract accepts', () => {
    expect(result.scores).toHaveLength(2 * cells.length);
    for (const row of result.scores) expect(scoreSchema.parse(row)).toEqual(row);
  });

  it('is ranked by strength at the lower end of the interval', () => {
    const strengths = result.scores.map(strength);
    expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
  });

  it('says why a hypothesis with too few spans is not scored', () => {
    const rare = result.hypotheses.find(({ id }) => id === 'rare')!;
    expect(rare.scorable).toBe(false);
    expect(rare.reason).toMatch(/^The held-out text has (no|\d) spans?; 10 are needed\.$/);
    expect(result.associations(0, 'rare')).toEqual([]);
  });

  it('has the AUROC of all pairs on the held-out text, for all twelve ways to pair', () => {
    const [spans] = hypotheses;
    for (const { signal, alignment, value } of result.associations(2, 'spans')) {
      const offset = alignment === 'reading' ? 0 : 1;
      const { positions } = result.heldOut;
      const byPairs = aurocByPairs(
        Array.from(positions, (t) => cells[2]![signal][t]!),
        Array.from(positions, (t) => spans!.values[t + offset]!),
      );
      expect(value).toBeCloseTo(byPairs, 6);
    }
  });

  it('keeps the held-out signals as bytes over their domains', () => {
    const bytes = result.heldOut.bytes(2, 'o');
    const { low, high } = result.domains.o;
    result.heldOut.positions.forEach((t, index) => {
      const value = low + (bytes[index]! / 255) * (high - low);
      expect(Math.abs(value - Math.min(1, Math.max(0, cells[2]!.o[t]!)))).toBeLessThanOrEqual(0.5 / 255 + 1e-6);
    });
  });

  it('tells where its threshold calls a cell on, by the values themselves', () => {
    const { threshold } = best('spans');
    const called = result.heldOut.called(2, 'spans')!;
    const expected = Array.from(result.heldOut.positions, (t) => Number(Math.fround(cells[2]!.o[t]!) < threshold!));
    expect([...called]).toEqual(expected);
    expect(new Set(expected).size).toBe(2);
    expect(result.heldOut.called(4, 'ramp')).toBeNull();
    expect(result.heldOut.called(2, 'rare')).toBeNull();
  });

  it('gets the same scores from two threads as from none', async () => {
    const again = plantedModel();
    const threaded = await score(again.cells, again.hypotheses, again.random, { workers: 2 });
    expect(threaded.scores).toEqual(result.scores);
    expect(threaded.null).toEqual(result.null);
    cells.forEach((_, cell) => {
      expect(threaded.heldOut.called(cell, 'spans')).toEqual(result.heldOut.called(cell, 'spans'));
      for (const signal of SIGNALS)
        expect(threaded.heldOut.bytes(cell, signal)).toEqual(result.heldOut.bytes(cell, signal));
    });
  });

  it('is compared with its untrained twin, whose best fills in every row', async () => {
    const twinRandom = seededRandom(32);
    const twin = await score(
      Array.from({ length: 6 }, () => noiseCell(LENGTH, 20, twinRandom)),
      hypotheses,
      twinRandom,
    );
    const comparison = compareWithTwin(result, twin);
    expect(comparison).toMatchObject({ count: 2, untrainedCount: 0, aboveUntrained: 2 });
    const twinBest = Math.max(...twin.scores.filter((row) => row.hypothesis === 'spans').map(orientedValue));
    expect(
      comparison.scores.filter((row) => row.hypothesis === 'spans').every((row) => row.untrained === twinBest),
    ).toBe(true);
  });
});

it('cells of slow noise are not interpretable, nor often significant, whatever the seed', async () => {
  let significant = 0;
  const seeds = 20;
  for (let seed = 0; seed < seeds; seed++) {
    const random = seededRandom(100 + seed);
    const hypotheses = [
      randomSpans('long', LENGTH, 40, 60, random),
      randomSpans('short', LENGTH, 2, 40, random),
      randomRamp('ramp', LENGTH, 25, random),
    ];
    const cells = Array.from({ length: 5 }, () => noiseCell(LENGTH, 60, random));
    const { scores, evaluatedOn } = await score(cells, hypotheses, random);
    expect(scores.filter((row) => isInterpretable(row, evaluatedOn))).toEqual([]);
    if (scores.some(({ pShift }) => pShift! <= 0.05)) significant += 1;
  }
  expect(significant).toBeLessThanOrEqual(4);
});

it('a text without a held-out block is judged on all of itself, owns up to it, and makes nothing interpretable', async () => {
  const { cells, hypotheses, random } = plantedModel();
  const result = await score(cells, hypotheses, random, { split: false });
  expect(result.evaluatedOn).toBe('all');
  expect(orientedValue(result.scores[0]!)).toBeGreaterThan(0.9);
  expect(result.scores.some((row) => isInterpretable(row, result.evaluatedOn))).toBe(false);
});

describe('a scorer refuses', () => {
  const random = seededRandom(41);
  const text = smallText(LENGTH, random);
  const hypotheses = [randomSpans('spans', LENGTH, 10, 20, random)];
  const cells = [noiseCell(LENGTH, 5, random), noiseCell(LENGTH, 5, random)];
  const plan = planScoring(text, hypotheses, [2], 1);

  it.each([0, 2])('a signal that is not a number, naming the cell and the character (%i threads)', async (workers) => {
    const broken = [cells[0]!, { ...cells[1]!, f: cells[1]!.f.slice() }];
    const position = text.blocks.find(({ split }) => split === 'held-out')!.start + 3;
    broken[1]!.f[position] = Number.NaN;
    const scorer = createScorer(plan, workers);
    const run = async () => {
      for (const window of windowsOf(broken, LENGTH, 1000, seededRandom(1))) await scorer.add(window);
      await scorer.finish();
    };
    await expect(run()).rejects.toThrow(`Signal f of cell 1-1 is NaN at character ${position}`);
  });

  it('a character that is given twice, and one that is missing', async () => {
    const [first] = windowsOf(cells, LENGTH, 1000, seededRandom(1));
    const scorer = createScorer(plan, 0);
    await scorer.add(first!);
    await expect(scorer.add(first!)).rejects.toThrow(/were given twice/);
    await expect(createScorer(plan, 0).finish()).rejects.toThrow(/character 0 are missing/);
  });

  it('labels that do not fit the text, or are not what their kind allows', () => {
    const short = { id: 'short', kind: 'binary', values: new Uint8Array(3) } as const;
    expect(() => planScoring(text, [short], [2], 1)).toThrow(/labels 3 characters, but the text has 10000/);
    const wrong = { id: 'wrong', kind: 'binary', values: new Uint8Array(LENGTH).fill(2) } as const;
    expect(() => planScoring(text, [wrong], [2], 1)).toThrow(/labels character 0 with 2/);
    const infinite = { id: 'infinite', kind: 'real', values: new Float32Array(LENGTH).fill(Number.NaN) } as const;
    expect(() => planScoring(text, [infinite], [2], 1)).toThrow(/A real label is a finite number everywhere/);
  });
});

it.each([1, 2])(
  'a text of %i characters, on which nothing can be scored, has no scores and says why',
  async (length) => {
    const random = seededRandom(61);
    const symbols = Array.from({ length }, () => 'a');
    const whole = [{ start: 0, end: length, split: 'train' as const }];
    const hypotheses = [randomSpans('spans', length, 2, 2, random), randomRamp('ramp', length, 5, random)];
    const plan = planScoring({ symbols, blocks: whole }, hypotheses, [2], 1);
    const scorer = createScorer(plan, 0);
    const cells = [noiseCell(length, 5, random), noiseCell(length, 5, random)];
    for (const window of windowsOf(cells, length, 10, random)) await scorer.add(window);
    const result = await scorer.finish();
    expect(result.scores).toEqual([]);
    expect(result.hypotheses.map(({ scorable }) => scorable)).toEqual([false, false]);
    expect(result.hypotheses[0]!.reason).toMatch(/^The text has (no|\d) spans?; 2 are needed\.$/);
  },
);

it('a scorer that begins anew forgets what it was given', async () => {
  const { cells, hypotheses, random } = plantedModel();
  const text = smallText(LENGTH, random);
  const plan = planScoring(text, hypotheses, [cells.length], 7);
  const wrong = Array.from({ length: cells.length }, () => noiseCell(LENGTH, 3, random));
  const scoreAfter = async (before: Cells | null) => {
    const scorer = createScorer(plan, 0);
    if (before !== null) for (const window of windowsOf(before, LENGTH, 900, seededRandom(2))) await scorer.add(window);
    scorer.begin();
    for (const window of windowsOf(cells, LENGTH, 900, seededRandom(3))) await scorer.add(window);
    return (await scorer.finish()).scores;
  };
  expect(await scoreAfter(wrong)).toEqual(await scoreAfter(null));
});
