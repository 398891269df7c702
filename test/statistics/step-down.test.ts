import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixedRandom, normal } from '../../pipeline/base/random.ts';
import { familywiseP, stepDownP } from '../../pipeline/statistics/familywise.ts';

/** Rows of noise, of which some are shifted. */
function planted(seed: number, rows: number, shifts: number, effects: number) {
  const random = mixedRandom(seed);
  const observed = Float64Array.from({ length: rows }, (_, row) => Math.abs(normal(random)) + (row < effects ? 6 : 0));
  const strengths = Float32Array.from({ length: rows * shifts }, () => Math.abs(normal(random)));
  return { observed, nulls: { shifts, strengths } };
}

describe('p, step by step', () => {
  it('is never larger than in a single step, equal for what stands out most, and rises with what stands out less', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 3 }),
        (seed, rows, effects) => {
          const { observed, nulls } = planted(seed, rows, 60, effects);
          const single = familywiseP(observed, nulls);
          const stepwise = stepDownP(observed, nulls);
          const order = [...single.keys()].sort((a, b) => single[a]! - single[b]! || stepwise[a]! - stepwise[b]!);
          expect(stepwise[order[0]!]).toBe(single[order[0]!]);
          for (const row of order) expect(stepwise[row]).toBeLessThanOrEqual(single[row]!);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('finds something in noise in about one of twenty tries', () => {
    let claims = 0;
    for (let seed = 0; seed < 400; seed++) {
      const { observed, nulls } = planted(seed, 20, 99, 0);
      if (stepDownP(observed, nulls).some((p) => p <= 0.05)) claims += 1;
    }
    // Of 400 at 5%, less than once in a thousand more than 35.
    expect(claims).toBeLessThanOrEqual(35);
    expect(claims).toBeGreaterThan(5);
  });

  it('finds all of several true effects among noise', () => {
    const { observed, nulls } = planted(5, 30, 200, 4);
    const p = stepDownP(observed, nulls);
    expect([...p].map((value) => value <= 0.05).slice(0, 4)).toEqual([true, true, true, true]);
  });
});
