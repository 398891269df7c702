import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJudge } from '../../../pipeline/scoring/judge/judge.ts';
import { sparseProbes } from '../../../pipeline/scoring/judge/probe.ts';
import { planScoring } from '../../../pipeline/scoring/plan/plan.ts';
import { auroc } from '../../../pipeline/statistics/association.ts';
import { fitLogistic, logOdds, selectForward } from '../../../pipeline/statistics/sparse-logistic.ts';

import expected from '../../fixtures/scoring/probe.json' with { type: 'json' };

describe('fitLogistic', () => {
  it.each(expected.logistic)('finds the weights that scikit-learn finds: $name', ({ columns, label, ...fit }) => {
    const found = fitLogistic(columns, label);
    expect(found.intercept).toBeCloseTo(fit.intercept, 6);
    fit.weights.forEach((weight, k) => {
      expect(found.weights[k]).toBeCloseTo(weight, 6);
    });
  });

  it('says the log-odds of a base rate where it has no column to go by', () => {
    const label = [1, 0, 0, 0];
    const odds = logOdds([], 4, fitLogistic([], label));
    for (const value of odds) expect(value).toBeCloseTo(Math.log(1 / 3), 8);
  });
});

describe('selectForward', () => {
  const { columns, owners, label, chosen } = expected.forward;

  it('takes the columns that fitting every candidate anew would take', () => {
    expect(selectForward({ values: columns, owners }, label, chosen.length)).toEqual(chosen);
  });

  it('takes one column of an owner, and stops where nothing is left to take', () => {
    const all = selectForward({ values: columns, owners }, label, columns.length);
    expect(all.length).toBe(new Set(owners).size);
    expect(new Set(all.map((column) => owners[column])).size).toBe(all.length);
  });

  it('takes no column that is constant, nor one that is another over again', () => {
    const signal = [0, 3, 1, 4, 1, 5, 9, 2];
    const twice = signal.map((value) => 2 * value + 1);
    const on = [0, 1, 0, 1, 0, 1, 1, 0];
    const values = [signal.map(() => 7), twice, signal];
    expect(selectForward({ values, owners: [0, 1, 2] }, on, 3)).toEqual([1]);
    expect(selectForward({ values, owners: [0, 1, 2] }, [1, 1, 1, 1, 1, 1, 1, 1], 3)).toEqual([]);
  });

  it('gives the same columns whatever units they are in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 16, maxLength: 16 }), (units) => {
        const values = columns.map((column, k) => column.map((value) => value * units[k]! - units[k]!));
        expect(selectForward({ values, owners }, label, 5)).toEqual(chosen.slice(0, 5));
      }),
      { numRuns: 20 },
    );
  });
});

describe('sparseProbes', () => {
  // Two cells, each of which knows half of the label, and two that know nothing of it.
  const length = 4000;
  const draw = (seed: number) =>
    Array.from({ length }, (_, t) => Math.abs(Math.sin(seed * (t + 1) * 12.9898) * 43758) % 1);
  const [a, b, noise, other] = [1, 2, 3, 4].map(draw) as [number[], number[], number[], number[]];
  const label = Float32Array.from(a, (value, t) => (value + b[t]! > 1.2 ? 1 : 0));
  const blocks = Array.from({ length: 40 }, (_, index) => ({
    start: index * 100,
    end: (index + 1) * 100,
    split: index % 4 === 3 ? ('held-out' as const) : ('train' as const),
  }));
  const text = { symbols: Array.from({ length }, () => 'x'), blocks, paragraphs: blocks };
  const plan = planScoring(text, [{ id: 'planted', kind: 'binary', values: label }], [4], 5);
  const judge = createJudge(plan.judge);
  const training = Int32Array.from(plan.trainRows.keys()).filter((t) => plan.trainRows[t] === 1);
  const at = (positions: Int32Array) => [noise, a, other, b].map((cell) => Array.from(positions, (t) => cell[t]!));
  const columns = { training: at(training), judging: at(plan.judge.positions), cells: [0, 1, 2, 3] };
  const trainingLabel = Array.from(training, (t) => label[t]!);
  const probes = sparseProbes(columns, trainingLabel, { judge, hypothesis: 0 }, [1, 2, 4, 8]);

  it('finds the cells that share a label, and judges them on the other text', () => {
    expect(probes.map(({ size }) => size)).toEqual([1, 2, 4]);
    expect([...probes[1]!.columns].sort()).toEqual([1, 3]);
    expect(probes[0]!.auroc).toBeLessThan(0.95);
    expect(probes[1]!.auroc).toBeGreaterThan(0.995);
    for (const { auroc: area, interval } of probes) {
      expect(area).toBeGreaterThanOrEqual(interval![0]);
      expect(area).toBeLessThanOrEqual(interval![1]);
    }
  });

  it('with one cell gives the AUROC of that cell, in the direction of the training text', () => {
    const cell = columns.judging[probes[0]!.columns[0]!]!;
    const order = [...cell.keys()].sort((x, y) => cell[x]! - cell[y]!);
    const positives = order.map((row) => label[plan.judge.positions[row]!]!);
    const exact = auroc(
      positives,
      positives.map(() => 1),
    );
    expect(Math.abs(probes[0]!.auroc - exact)).toBeLessThan(0.005);
  });

  it('says nothing of a label that the training text never has', () => {
    const never = trainingLabel.map(() => 0);
    expect(sparseProbes(columns, never, { judge, hypothesis: 0 }, [1, 2])).toEqual([]);
  });
});
