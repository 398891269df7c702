import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../pipeline/base/random.ts';
import { halving } from '../../../pipeline/evidence/half-life/half-life.ts';

const constant = (f: number, steps = 300) => new Float32Array(steps).fill(f);
const all = (steps: number | null) => ({ lowerQuartile: steps, median: steps, upperQuartile: steps });

describe('halving', () => {
  it('takes ln ½ / ln f steps, rounded up, where the forget gate never changes', () => {
    expect(halving([constant(0.5)], 100)).toEqual(all(1));
    expect(halving([constant(0.9)], 100)).toEqual(all(Math.ceil(Math.log(0.5) / Math.log(0.9))));
    expect(halving([constant(0)], 100)).toEqual(all(1));
  });

  it('has no end where nothing is forgotten within the horizon, and is unknown where no run is that long', () => {
    expect(halving([constant(1)], 100)).toEqual(all(null));
    expect(halving([constant(0.5, 100)], 100)).toBeNull();
  });

  it('tells a cell that is emptied at a stroke from one that always fades', () => {
    // Emptied every twenty steps: of the starts between, half are within ten steps of it.
    const stroke = Float32Array.from({ length: 1020 }, (_, t) => (t % 20 === 0 ? 1e-9 : 1));
    const { median, lowerQuartile, upperQuartile } = halving([stroke], 20)!;
    expect([lowerQuartile, median, upperQuartile]).toEqual([5, 10, 15]);
  });

  it('is that of multiplying the gates one by one', () => {
    const run = fc.integer().map((seed) => {
      const random = seededRandom(seed);
      return Float64Array.from({ length: 80 }, () => 1 - random.uniform() ** 4);
    });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 40 }), (runs, horizon) => {
        const times = runs.flatMap((gates) =>
          Array.from({ length: 80 - horizon }, (_, start) => {
            let left = 1;
            for (let steps = 1; steps <= horizon; steps++) {
              left *= gates[start + steps]!;
              if (left <= 0.5) return steps;
            }
            return Number.POSITIVE_INFINITY;
          }),
        );
        const sorted = times.sort((a, b) => a - b);
        const middle = sorted[Math.ceil(sorted.length / 2) - 1]!;
        expect(halving(runs, horizon)!.median).toBe(Number.isFinite(middle) ? middle : null);
      }),
    );
  });
});
