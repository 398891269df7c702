import { describe, expect, it } from 'vitest';
import { tableOf } from '../../../pipeline/cli/verbs/scores-report.ts';
import type { Score } from '../../../pipeline/contract/index.ts';

const SCORE: Score = {
  cell: '2-189',
  layer: 2,
  unit: 189,
  hypothesis: 'inside-quotes',
  signal: 'h',
  alignment: 'predicting',
  direction: 1,
  auroc: 0.95,
  interval: [0.9, 0.97],
  averagePrecision: 0.9,
  baseRate: 0.3,
  spans: 40,
  pointBiserial: 0.6,
  cohenD: 2,
  f1: 0.8,
  mcc: 0.7,
  threshold: 0.1,
  pearson: null,
  spearman: null,
  pShift: 0.005,
  qShift: 0.0001,
  untrained: 0.2,
  characterBaseline: 0.6,
  adds: null,
  addsInterval: null,
  pAdds: null,
  remembers: false,
};

const rowOf = (change: Partial<Score>) =>
  tableOf([{ ...SCORE, ...change }], 'held-out')
    .split('\n')[1]!
    .split(/ {2,}/);

describe('the table of scores', () => {
  it('gives a row its cell, hypothesis, choice, value, interval and p', () => {
    expect(rowOf({})).toEqual([
      ...['2-189', 'inside-quotes', 'h', 'predicting', 'on'],
      ...['AUROC 0.950', '0.900 to 0.970', 'p 0.005'],
    ]);
  });

  it('turns value and interval alike where the signal is low on the label', () => {
    const row = rowOf({ direction: -1, auroc: 0.05, interval: [0.03, 0.1] });
    expect(row.slice(4, 7)).toEqual(['off', 'AUROC 0.950', '0.900 to 0.970']);
    const real = rowOf({ direction: -1, auroc: null, spearman: -0.5, interval: [-0.6, -0.4] });
    expect(real.slice(4, 7)).toEqual(['off', '|ρ| 0.500', '0.400 to 0.600']);
  });

  it('leaves room where there is no interval', () => {
    expect(rowOf({ interval: null })).toHaveLength(7);
  });
});
