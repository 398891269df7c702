import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../pipeline/base/random.ts';
import { peakOf, switchOf } from '../../../pipeline/build/pages/switch.ts';

const random = seededRandom(3);
const noise = Float64Array.from({ length: 600 }, () => 0.1 * normal(random));

/** Noise, and a plateau from one place to another. */
const plateau = (from: number, to: number) => noise.map((value, t) => value + (t >= from && t < to ? 1 : 0));

describe('a passage that shows the switch', () => {
  it('is preferred to one that is on all the time, and to one in which nothing happens', () => {
    const measure = switchOf(plateau(200, 500));
    const onset = measure({ start: 120, end: 280 });
    expect(onset).toBeGreaterThan(measure({ start: 260, end: 420 }) + 0.5);
    expect(onset).toBeGreaterThan(measure({ start: 10, end: 170 }) + 0.5);
    // Where it goes off again is a switch the other way.
    expect(onset).toBeGreaterThan(measure({ start: 420, end: 580 }) + 0.5);
  });

  it('has the onset in its middle third', () => {
    const measure = switchOf(plateau(200, 500));
    const best = Array.from({ length: 440 }, (_, start) => ({ start, end: start + 160 })).reduce((a, b) =>
      measure(b) > measure(a) ? b : a,
    );
    expect(200 - best.start).toBeGreaterThanOrEqual(53);
    expect(200 - best.start).toBeLessThanOrEqual(107);
  });

  it('is found for a cell that is on for a single character, whose peak it names', () => {
    const spike = plateau(300, 301);
    const measure = switchOf(spike);
    expect(measure({ start: 220, end: 380 })).toBeGreaterThan(measure({ start: 20, end: 180 }) + 0.5);
    expect(peakOf(spike, { start: 220, end: 380 })).toBe(80);
  });

  it('names as its peak a character within it, from the onset on the highest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 2, max: 100 }), (start, length) => {
        const window = { start, end: start + length };
        const peak = peakOf(noise, window);
        expect(peak).toBeGreaterThanOrEqual(Math.min(1, length - 1));
        expect(peak).toBeLessThan(length);
        const after = noise.slice(start + peak, window.end);
        expect(noise[start + peak]).toBe(Math.max(...after));
      }),
      { numRuns: 200 },
    );
  });
});
