import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rows } from '../../../pipeline/datasets/dataset.ts';
import { kindOf, labelSeries, type SeriesLabel } from '../../../pipeline/datasets/series/hypotheses.ts';
import { gradedRows, periods, seriesBlocks } from '../../../pipeline/datasets/series/series.ts';

/** Two features over a day of four steps: x as given, and y = 10 − x. */
const seriesOf = (x: readonly number[]): Rows => ({
  features: [
    { column: 'x', title: 'x', unit: '' },
    { column: 'y', title: 'y', unit: '' },
  ],
  values: Float32Array.from(x.flatMap((value) => [value, 10 - value])),
  times: [],
  period: 4,
  block: 8,
});

const label = (x: readonly number[], asked: SeriesLabel) => Array.from(labelSeries(seriesOf(x), asked));

describe('labelSeries', () => {
  const x = [1, 3, 3, 2, 5, 0, 0, 4];

  it('tells rising and falling against some steps before, the beginning against itself', () => {
    expect(label(x, { is: 'rising', feature: 'x', over: 2 })).toEqual([0, 1, 1, 0, 1, 0, 0, 1]);
    expect(label(x, { is: 'falling', feature: 'x', over: 2 })).toEqual([0, 0, 0, 1, 0, 1, 1, 0]);
    // What rises in x falls in 10 − x.
    expect(label(x, { is: 'falling', feature: 'y', over: 2 })).toEqual([0, 1, 1, 0, 1, 0, 0, 1]);
  });

  it('takes the mean of all where no number is given', () => {
    expect(label(x, { is: 'above', feature: 'x' })).toEqual([0, 1, 1, 0, 1, 0, 0, 1]); // the mean is 2.25
    expect(label(x, { is: 'above', feature: 'x', value: 3 })).toEqual([0, 0, 0, 0, 1, 0, 0, 1]);
  });

  it('counts what comes just after, and not the event itself', () => {
    expect(label(x, { is: 'just after', feature: 'x', value: 2, over: 2 })).toEqual([0, 0, 0, 1, 0, 1, 1, 0]);
    expect(label(x, { is: 'since', feature: 'x', value: 2, most: 3 })).toEqual([3, 0, 0, 1, 0, 1, 2, 0]);
  });

  it('knows the time in a period, also over its end', () => {
    expect(label(x, { is: 'time', from: 1, to: 3 })).toEqual([0, 1, 1, 0, 0, 1, 1, 0]);
    expect(label(x, { is: 'time', from: 3, to: 1 })).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
    const cycle = label(x, { is: 'cycle', period: 4, peak: 1 });
    [0, 1, 0, -1, 0, 1, 0, -1].forEach((value, t) => {
      expect(cycle[t]).toBeCloseTo(value, 12);
    });
  });

  it('averages over the steps that there are', () => {
    expect(label(x, { is: 'mean', feature: 'x', over: 2 })).toEqual([1, 2, 3, 2.5, 3.5, 2.5, 0, 2]);
    expect(label(x, { is: 'change', feature: 'x', over: 3 })).toEqual([0, 2, 2, 1, 2, -3, -2, -1]);
  });

  it('gives binary labels that are 0 or 1, and real ones that are finite, for any series', () => {
    const feature = fc.constantFrom('x', 'y');
    const steps = fc.integer({ min: 1, max: 9 });
    const value = fc.integer({ min: -3, max: 12 });
    const asked: fc.Arbitrary<SeriesLabel> = fc.oneof(
      fc.record({ is: fc.constant('rising' as const), feature, over: steps }),
      fc.record({ is: fc.constant('above' as const), feature, value }),
      fc.record({ is: fc.constant('just after' as const), feature, value, over: steps }),
      fc.record({ is: fc.constant('mean' as const), feature, over: steps }),
      fc.record({ is: fc.constant('since' as const), feature, value, most: steps }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), asked, (x, one) => {
        const found = label(x, one);
        expect(found).toHaveLength(x.length);
        expect(
          found.every((entry) => (kindOf(one) === 'binary' ? entry === 0 || entry === 1 : Number.isFinite(entry))),
        ).toBe(true);
      }),
    );
  });

  it('names the features that there are where one is asked for that is not', () => {
    expect(() => label(x, { is: 'rising', feature: 'z', over: 1 })).toThrow(/no feature "z"/);
  });
});

describe('a series', () => {
  it('is tiled by blocks and by periods, a rest joining the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (length) => {
        const series = seriesOf(new Array(length).fill(0));
        for (const tiles of [seriesBlocks(series), periods(series)]) {
          expect(tiles[0]!.start).toBe(0);
          expect(tiles.at(-1)!.end).toBe(length);
          tiles.slice(1).forEach(({ start }, k) => {
            expect(start).toBe(tiles[k]!.end);
          });
          expect(tiles.every(({ start, end }) => end > start)).toBe(true);
        }
      }),
    );
  });

  it('gives rows one name where they are about alike', () => {
    const rows = gradedRows(seriesOf([0, 0, 1, 2, 3, 4, 5, 5]));
    expect(rows[0]).toBe(rows[1]);
    expect(rows[6]).toBe(rows[7]);
    expect(new Set(rows).size).toBeGreaterThan(4);
  });
});
