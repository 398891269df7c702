import { describe, expect, it } from 'vitest';
import { ranked, type Score } from '../../pipeline/scoring/rank.ts';
import { isInterpretable, orientedValue, reachesBar, strength } from '../../pipeline/statistics/strength.ts';

function score(changes: Partial<Score>): Score {
  return {
    cell: '1-0',
    layer: 1,
    unit: 0,
    hypothesis: 'quotes',
    signal: 'h',
    alignment: 'reading',
    direction: 1,
    auroc: 0.95,
    interval: [0.92, 0.97],
    averagePrecision: null,
    baseRate: null,
    spans: 50,
    pointBiserial: null,
    cohenD: null,
    f1: null,
    mcc: null,
    threshold: null,
    pearson: null,
    spearman: null,
    pShift: 0.005,
    qShift: 0.0001,
    untrained: null,
    adds: null,
    addsInterval: null,
    pAdds: null,
    remembers: false,
    characterBaseline: null,
    ...changes,
  };
}

describe('strength', () => {
  it('is |2·AUROC − 1| at the end of the interval that is nearer to chance', () => {
    expect(strength(score({}))).toBeCloseTo(0.84, 12);
    expect(strength(score({ auroc: 0.05, interval: [0.02, 0.1], direction: -1 }))).toBeCloseTo(0.8, 12);
  });

  it('is |ρ| likewise for a real label', () => {
    expect(strength(score({ auroc: null, spearman: -0.6, interval: [-0.7, -0.5], direction: -1 }))).toBeCloseTo(
      0.5,
      12,
    );
  });

  it('is zero where the interval reaches chance, where it lies on the other side, and where there is none', () => {
    expect(strength(score({ auroc: 0.6, interval: [0.45, 0.7] }))).toBe(0);
    expect(strength(score({ auroc: 0.1, interval: [0.05, 0.2], direction: 1 }))).toBe(0);
    expect(strength(score({ auroc: null, spearman: null, interval: null }))).toBe(0);
  });
});

describe('a row is interpretable', () => {
  it('from an AUROC of 0.9 in the chosen direction, with p of at most 0.05, on text held out', () => {
    expect(isInterpretable(score({ auroc: 0.9 }), 'held-out')).toBe(true);
    expect(isInterpretable(score({ auroc: 0.1, direction: -1 }), 'held-out')).toBe(true);
    expect(isInterpretable(score({ auroc: 0.899 }), 'held-out')).toBe(false);
    expect(isInterpretable(score({ auroc: 0.05 }), 'held-out')).toBe(false);
    expect(isInterpretable(score({ pShift: 0.051 }), 'held-out')).toBe(false);
    expect(isInterpretable(score({}), 'all')).toBe(false);
  });

  it('never where nothing is tested', () => {
    expect(isInterpretable(score({ pShift: null }), 'held-out')).toBe(false);
    expect(reachesBar(score({ pShift: null }))).toBe(true);
  });

  it('from a Spearman correlation of 0.8 for a real label', () => {
    const real = score({ auroc: null, spearman: 0.8, interval: [0.7, 0.9] });
    expect(isInterpretable(real, 'held-out')).toBe(true);
    expect(isInterpretable({ ...real, spearman: 0.79 }, 'held-out')).toBe(false);
    expect(orientedValue({ ...real, direction: -1 })).toBe(-0.8);
  });
});

it('rows that may be chance come after all that pass for more, however strong they look', () => {
  const rows = [
    score({ cell: '1-0', pShift: 0.051, auroc: 0.99, interval: [0.98, 1] }),
    score({ cell: '1-1', unit: 1, pShift: 0.05, auroc: 0.6, interval: [0.55, 0.65] }),
    score({ cell: '1-2', unit: 2, pShift: null, auroc: 0.999, interval: [0.99, 1] }),
  ];
  expect(ranked(rows).map(({ cell }) => cell)).toEqual(['1-1', '1-2', '1-0']);
});

it('rows come best first: by strength, then by value, then by place', () => {
  const rows = [
    score({ cell: '2-1', layer: 2, unit: 1, auroc: 0.8, interval: [0.4, 0.9] }),
    score({ cell: '1-5', unit: 5, auroc: 0.7, interval: [0.4, 0.9] }),
    score({ cell: '1-4', unit: 4, auroc: 0.7, interval: [0.4, 0.9] }),
    score({ cell: '1-9', unit: 9 }),
  ];
  expect(ranked(rows).map(({ cell }) => cell)).toEqual(['1-9', '2-1', '1-4', '1-5']);
});
