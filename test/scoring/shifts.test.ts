import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/random.ts';
import { CircularProducts, LARGEST } from '../../pipeline/scoring/circularProducts.ts';
import { EVALUATED_AT_MOST } from '../../pipeline/scoring/division.ts';
import { falseDiscoveries, familywiseP } from '../../pipeline/scoring/familywise.ts';
import { drawShifts, marginOf } from '../../pipeline/scoring/shifts.ts';

const random = seededRandom(11);

/** Σ x[(t + shift) mod length] · y[t], term by term. */
function shiftedByHand(x: Float64Array, y: Float64Array, shift: number): number {
  return y.reduce((sum, value, t) => sum + value * x[(t + shift) % x.length]!, 0);
}

describe('the sums of products of two series, the one turned along a circle', () => {
  const whole = (length: number, largest: number) =>
    Float64Array.from({ length }, () => Math.round(largest * (2 * random.uniform() - 1)));

  it('are those term by term exactly, at every shift, of marks and of large numbers', () => {
    for (const length of [1, 15, 32, 300, 1001]) {
      const products = new CircularProducts(length);
      const shifts = Int32Array.from({ length }, (_, shift) => shift);
      const series = [whole(length, 1), whole(length, LARGEST), whole(length, 3), whole(length, 5000)];
      const numbers = series.map((one) => products.add(one));
      for (const turned of [whole(length, LARGEST), whole(length, 100)]) {
        products.turn(turned);
        numbers.forEach((number, index) => {
          const expected = Float64Array.from(shifts, (shift) => shiftedByHand(turned, series[index]!, shift));
          expect(products.sums(number, shifts)).toEqual(expected.map((sum) => sum + 0)); // no negative zeros
        });
      }
    }
  });

  it('do not overflow where all numbers are as large as they may be, nor where marks are everywhere', () => {
    const length = 20_000;
    const products = new CircularProducts(length);
    const most = new Float64Array(length).fill(-LARGEST);
    const [large, marks] = [products.add(most), products.add(new Float64Array(length).fill(1))];
    products.turn(most);
    expect(products.sums(large, Int32Array.of(0, 777))).toEqual(new Float64Array(2).fill(length * LARGEST ** 2));
    expect(products.sums(marks, Int32Array.of(0, 777))).toEqual(new Float64Array(2).fill(-length * LARGEST));
    expect(EVALUATED_AT_MOST).toBeLessThanOrEqual(length);
  });

  it('are refused of numbers that are larger', () => {
    expect(() => new CircularProducts(1).add([LARGEST + 1])).toThrow(RangeError);
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
