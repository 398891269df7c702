import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/random.ts';
import { circularCorrelator } from '../../pipeline/scoring/correlation.ts';
import { falseDiscoveries, familywiseP } from '../../pipeline/scoring/familywise.ts';
import { circularPrefixSums, drawShifts, marginOf, shiftedSums, spanEdges } from '../../pipeline/scoring/shifts.ts';

const LENGTH = 300;
const random = seededRandom(11);
const series = Float64Array.from({ length: LENGTH }, () => normal(random));
/** Spans at both ends of the circle, so that some shift parts one and joins another. */
const label = Float64Array.from({ length: LENGTH }, (_, t) => (t < 4 || t >= 297 || t % 37 < 5 ? 1 : 0));
const shifts = Int32Array.from({ length: LENGTH }, (_, shift) => shift);

/** Σ x[(t + shift) mod length] · y[t], term by term. */
function shiftedByHand(x: Float64Array, y: Float64Array, shift: number): number {
  return y.reduce((sum, value, t) => sum + value * x[(t + shift) % x.length]!, 0);
}

describe('the sum of a series over a label that is shifted along the circle', () => {
  it('from the ends of its spans is the sum term by term, at every shift', () => {
    const sums = shiftedSums(circularPrefixSums(series), spanEdges(label), shifts);
    for (const shift of shifts) expect(sums[shift]).toBeCloseTo(shiftedByHand(series, label, shift), 10);
  });

  it('by Fourier transform is the sum term by term, for two pairs of series at once', () => {
    const real = Float64Array.from({ length: LENGTH }, () => normal(random));
    const correlator = circularCorrelator(LENGTH);
    const fixed = correlator.fixed(series);
    const [first, second] = correlator.correlate(
      { fixed, shifted: correlator.shifted(label) },
      { fixed, shifted: correlator.shifted(real) },
      shifts,
    );
    for (const shift of shifts) {
      expect(first[shift]).toBeCloseTo(shiftedByHand(series, label, shift), 8);
      expect(second[shift]).toBeCloseTo(shiftedByHand(series, real, shift), 8);
    }
  });
});

describe('the shifts drawn', () => {
  it('are different, and keep away from both ends of the circle', () => {
    const drawn = drawShifts(13_500, seededRandom(3));
    expect(new Set(drawn).size).toBe(200);
    expect(drawn[0]).toBeGreaterThanOrEqual(1000);
    expect(drawn.at(-1)).toBeLessThanOrEqual(12_500);
  });

  it('leave out a tenth of a short circle at each end', () => {
    expect(marginOf(500)).toBe(50);
    expect(Array.from(drawShifts(20, seededRandom(3)))).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
    ]);
  });

  it('are the same for the same seed', () => {
    expect(drawShifts(5000, seededRandom(8))).toEqual(drawShifts(5000, seededRandom(8)));
    expect(drawShifts(5000, seededRandom(8))).not.toEqual(drawShifts(5000, seededRandom(9)));
  });
});

describe('p over all rows together', () => {
  it('counts the shifts whose largest standardised strength reaches the row', () => {
    // Root mean squares 1 and 2, so the standardised nulls are [1, 1, 1, 1] and [0, 0, 0, 2].
    const nulls = { shifts: 4, strengths: Float32Array.of(1, 1, 1, 1, 0, 0, 0, 4) };
    const p = familywiseP([1.5, 1.5, 5].slice(0, 2), nulls);
    expect(Array.from(p)).toEqual([2 / 5, 1]);
    expect(familywiseP([2.5, 4], nulls)).toEqual(Float64Array.of(1 / 5, 2 / 5));
  });

  it('rejects anything at all in about one of twenty cases when nothing is true', () => {
    const rows = 50;
    const draws = 99;
    let rejected = 0;
    for (let trial = 0; trial < 400; trial++) {
      // Rows differ in spread a hundredfold, as hypotheses with few spans and with many do.
      const scale = (row: number) => 10 ** (-2 * (row / rows));
      const strengths = Float32Array.from({ length: rows * draws }, (_, at) =>
        Math.abs(normal(random) * scale(Math.floor(at / draws))),
      );
      const observed = Float64Array.from({ length: rows }, (_, row) => Math.abs(normal(random) * scale(row)));
      if (Math.min(...familywiseP(observed, { shifts: draws, strengths })) <= 0.05) rejected += 1;
    }
    expect(rejected / 400).toBeGreaterThan(0.02);
    expect(rejected / 400).toBeLessThan(0.1);
  });

  it('finds a row that is far beyond its own null, though another row has a wider one', () => {
    const strengths = Float32Array.from(
      { length: 2 * 200 },
      (_, at) => Math.abs(normal(random)) * (at < 200 ? 0.02 : 0.3),
    );
    expect(familywiseP([0.5, 0.5], { shifts: 200, strengths })[0]).toBeCloseTo(1 / 201, 12);
    expect(familywiseP([0.5, 0.5], { shifts: 200, strengths })[1]).toBeGreaterThan(0.05);
  });
});

it('false discoveries are the mean number of rows over the threshold under the shifts', () => {
  const nulls = { shifts: 2, strengths: Float32Array.of(0.9, 0.1, 0.2, 0.1, 0.1, 0.1) };
  expect(falseDiscoveries([0.95, 0.85, 0.1], 0.8, nulls)).toEqual({
    discoveries: 2,
    falseDiscoveries: 0.5,
    falseDiscoveryRate: 0.25,
  });
});
