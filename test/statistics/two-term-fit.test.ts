import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixedRandom, normal } from '../../pipeline/base/random.ts';
import { fitLogistic } from '../../pipeline/statistics/sparse-logistic.ts';
import {
  deviancesOf,
  type Fit,
  fitTwoTerms,
  rowDeviance,
  type TwoTermRows,
} from '../../pipeline/statistics/two-term-fit.ts';

/** Rows whose label depends on both numbers. */
function planted(kind: TwoTermRows['kind'], rows: number, [a, b, c]: Fit, seed = 3) {
  const random = mixedRandom(seed);
  const z = Float32Array.from({ length: rows }, () => 2 * normal(random));
  const x = Float64Array.from({ length: rows }, () => normal(random));
  const label = x.map((value, row) => {
    const eta = a + b * z[row]! + c * value;
    return kind === 'real' ? eta + normal(random) : Number(random.uniform() < 1 / (1 + Math.exp(-eta)));
  });
  return { kind, label, z, x } as const;
}

const fits = fc.tuple(
  fc.double({ min: -900, max: 900, noNaN: true }),
  fc.double({ min: -30, max: 30, noNaN: true }),
  fc.double({ min: -30, max: 30, noNaN: true }),
);

describe('a regression on two numbers', () => {
  it('has the deviance of each block that its rows have one by one, however far the odds', () => {
    fc.assert(
      fc.property(
        fits,
        fc.constantFrom('binary', 'real'),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        (fit, kind, first, second) => {
          const rows = planted(kind, first + second, [0, 1, 1]);
          const own = rows.x.map((x, row) =>
            rowDeviance(kind, rows.label[row]!, fit[0] + fit[1] * rows.z[row]! + fit[2] * x),
          );
          const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
          const expected = [sum(own.subarray(0, first)), sum(own.subarray(first))];
          const found = deviancesOf(rows, fit, [first, first + second]);
          found.forEach((deviance, block) => {
            expect(Math.abs(deviance - expected[block]!)).toBeLessThanOrEqual(1e-9 * Math.max(1e-6, expected[block]!));
          });
        },
      ),
    );
  });

  it('is fitted as another method fits it, of an odd number of rows too', () => {
    for (const rows of [4000, 4001]) {
      const planned = planted('binary', rows, [-0.5, 0.8, -1.2]);
      const expected = fitLogistic([planned.z, planned.x], planned.label);
      const found = fitTwoTerms(planned, [0, 1, 0]);
      expect(found[0]).toBeCloseTo(expected.intercept, 2);
      found.slice(1).forEach((weight, k) => {
        expect(weight).toBeCloseTo(expected.weights[k]!, 2);
      });
    }
  });

  it('lies where the deviance rises in every direction', () => {
    for (const kind of ['binary', 'real'] as const) {
      const rows = planted(kind, 3000, [0.3, 0.7, 0.4], 8);
      const found = fitTwoTerms(rows, [0, 1, 0]);
      const devianceAt = (fit: Fit) => deviancesOf(rows, fit, [3000])[0]!;
      const least = devianceAt(found);
      for (let k = 0; k < 3; k++) {
        for (const away of [-0.05, 0.05]) {
          const moved = found.map((value, index) => value + (index === k ? away : 0)) as unknown as Fit;
          expect(devianceAt(moved)).toBeGreaterThan(least);
        }
      }
    }
  });

  it('leaves the second term alone where there is none', () => {
    const { kind, label, z } = planted('binary', 500, [0.2, 1, 0]);
    expect(fitTwoTerms({ kind, label, z, x: null }, [0, 1, 0])[2]).toBe(0);
  });
});
