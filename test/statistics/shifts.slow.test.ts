import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { EVALUATED_AT_MOST } from '../../pipeline/scoring/plan/division.ts';
import { falseDiscoveries, falseDiscoveryRates, familywiseP, rowScales } from '../../pipeline/statistics/familywise.ts';
import {
  drawShifts,
  LARGEST,
  type Run,
  RunProducts,
  runsOf,
  type Shift,
  sumsUnder,
  unshifted,
} from '../../pipeline/statistics/shifts.ts';

const random = seededRandom(11);

/** Runs of these lengths, one after another. */
function runsOfLengths(...lengths: number[]): Run[] {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return { start: end - length, end };
  });
}

/** What each row gets under a shift, row by row. */
function shifted(series: Float64Array, runs: readonly Run[], from: Shift): Float64Array {
  const out = new Float64Array(series.length);
  runs.forEach(({ start, end }, run) => {
    const source = runs[from[run]!]!;
    const length = source.end - source.start;
    for (let t = 0; t < end - start; t++) out[start + t] = series[source.start + (t % length)]!;
  });
  return out;
}

/** Σ x · y, term by term. */
function dot(x: Float64Array, y: Float64Array): number {
  return y.reduce((sum, value, t) => sum + value * x[t]!, 0);
}

describe('the sums of products of two series, the one shifted', () => {
  const whole = (length: number, largest: number) =>
    Float64Array.from({ length }, () => Math.round(largest * (2 * random.uniform() - 1)));

  it('are those term by term exactly, of marks and of large numbers, in runs of any lengths', () => {
    for (const lengths of [[1], [15], [32, 31, 33], [300, 17], [150, 700, 3, 148]]) {
      const runs = runsOfLengths(...lengths);
      const length = runs.at(-1)!.end;
      const shifts = drawShifts(runs, random, 40);
      const products = new RunProducts(runs, shifts);
      const series = [whole(length, 1), whole(length, LARGEST), whole(length, 3), whole(length, 5000)];
      const numbers = series.map((one) => products.add(one));
      for (const kept of [whole(length, LARGEST), whole(length, 100)]) {
        products.set(kept);
        numbers.forEach((number, index) => {
          const expected = Float64Array.from(shifts, (shift) => dot(kept, shifted(series[index]!, runs, shift)));
          expect(products.sums(number)).toEqual(expected.map((sum) => sum + 0)); // no negative zeros
          expect(products.sums(number, 3)).toEqual(expected.slice(0, 3).map((sum) => sum + 0));
        });
      }
    }
  });

  it('do not overflow where all numbers are as large as they may be, nor where marks are everywhere', () => {
    const length = 20_000;
    const runs = runsOfLengths(length);
    const shifts = drawShifts(runs, random, 2);
    const products = new RunProducts(runs, shifts);
    const most = new Float64Array(length).fill(-LARGEST);
    const [large, marks] = [products.add(most), products.add(new Float64Array(length).fill(1))];
    products.set(most);
    expect(products.sums(large)).toEqual(new Float64Array(2).fill(length * LARGEST ** 2));
    expect(products.sums(marks)).toEqual(new Float64Array(2).fill(-length * LARGEST));
    expect(EVALUATED_AT_MOST).toBeLessThanOrEqual(length);
  });

  it('are refused of numbers that are larger', () => {
    expect(() => new RunProducts(runsOfLengths(1), []).add([LARGEST + 1])).toThrow(RangeError);
  });
});

it('the sums of a series under a shift are those of what each row gets', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      fc.integer(),
      (lengths, seed) => {
        const runs = runsOfLengths(...lengths);
        const series = Float64Array.from({ length: runs.at(-1)!.end }, (_, row) => (row * 7) % 11);
        const shifts = drawShifts(runs, seededRandom(seed), 5);
        const expected = shifts.map((shift) => shifted(series, runs, shift).reduce((sum, value) => sum + value, 0));
        expect(Array.from(sumsUnder(series, runs, shifts))).toEqual(expected);
      },
    ),
  );
});

it('runs are the rows whose positions follow one another', () => {
  expect(runsOf(Int32Array.of(3, 4, 5, 9, 12, 13))).toEqual([
    { start: 0, end: 3 },
    { start: 3, end: 4 },
    { start: 4, end: 6 },
  ]);
});

describe('the shifts drawn', () => {
  const runs = runsOfLengths(1500, 1400, 90, 1600);

  it("give every run's labels once, in many orders", () => {
    const drawn = drawShifts(runs, seededRandom(3));
    for (const from of drawn) expect(Array.from(from).sort()).toEqual([0, 1, 2, 3]);
    expect(new Set(drawn.map((from) => from.join())).size).toBe(24);
    const many = drawShifts(runsOfLengths(1500, 1400, 90, 1600, 1300, 1550, 1450), seededRandom(3));
    expect(new Set(many.map((from) => from.join())).size).toBeGreaterThan(180);
  });

  it('leave every run its own labels where nothing is to be exchanged', () => {
    expect(Array.from(unshifted(runs))).toEqual([0, 1, 2, 3]);
    expect(drawShifts(runsOfLengths(1), seededRandom(3), 1)).toEqual([Int32Array.of(0)]);
  });

  it('are the same for the same seed', () => {
    expect(drawShifts(runs, seededRandom(8))).toEqual(drawShifts(runs, seededRandom(8)));
    expect(drawShifts(runs, seededRandom(8))).not.toEqual(drawShifts(runs, seededRandom(9)));
  });
});

describe('p over all rows together', () => {
  it('counts the shifts whose largest standardised strength reaches the row', () => {
    // With the observed, the mean squares of the rows are (4 · 1 + 6) / 5 = 2 and (16 + 9) / 5 = 5, so that a shift's
    // largest is √0.5 three times, and 4 / √5 once.
    const nulls = { shifts: 4, strengths: Float32Array.of(1, 1, 1, 1, 0, 0, 0, 4) };
    expect(Array.from(familywiseP([Math.sqrt(6), 3], nulls))).toEqual([2 / 5, 2 / 5]);
    expect(Array.from(familywiseP([1, 0], nulls))).toEqual([1, 1]);
  });

  it('rejects anything at all in about one of twenty cases when nothing is true', () => {
    // Of many rows and few draws: an observed strength that was no part of its row's scale would be the largest too often.
    const rows = 200;
    const draws = 39;
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
    expect(rejected / 400).toBeLessThan(0.08);
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

describe('the false-discovery rate of each row', () => {
  it('is the mean number of null rows that stand out as far, over the number of rows that do, and never falls on the way down', () => {
    // All rows have a root mean square of 1, so that strengths are standardised as they stand.
    const nulls = { shifts: 4, strengths: Float32Array.of(0.5, 0.5, 0.5, 0.5, 0, 0, 1, 1.5, 1, 1, 1, 1) };
    const observed = [2, Math.sqrt(1.75), 1];
    expect(Array.from(rowScales(observed, nulls))).toEqual([1, 1, 1]);
    // Of twelve shifted strengths none reaches 2; one reaches 1.32, as two rows do; six reach 1, as three rows do.
    expect(Array.from(falseDiscoveryRates(observed, nulls))).toEqual([0, 1 / 4 / 2, 6 / 4 / 3]);
    // Whatever order they come in.
    const crowded = { shifts: 4, strengths: Float32Array.of(0, 0, 1, 1.5, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5) };
    const [strong, weak, last] = falseDiscoveryRates([Math.sqrt(1.75), 1, 2], crowded);
    expect([strong, weak, last]).toEqual([1 / 4 / 2, 6 / 4 / 3, 0]);
  });

  it('is that of Storey counted by hand, one row after the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (rows, seed) => {
        const own = seededRandom(seed);
        const shifts = 7;
        const strengths = Float32Array.from({ length: rows * shifts }, () => Math.abs(normal(own)));
        const observed = Array.from({ length: rows }, () => Math.abs(2 * normal(own)));
        const scales = rowScales(observed, { shifts, strengths });
        const values = observed.map((value, row) => value / scales[row]!);
        const rateAt = (threshold: number) => {
          const chance = strengths.filter((value, at) => value / scales[Math.floor(at / shifts)]! >= threshold).length;
          return Math.min(1, chance / shifts / values.filter((value) => value >= threshold).length);
        };
        const expected = values.map((value) => Math.min(...values.filter((other) => other <= value).map(rateAt)));
        const rates = falseDiscoveryRates(observed, { shifts, strengths });
        rates.forEach((rate, row) => {
          expect(rate).toBeCloseTo(expected[row]!, 12);
        });
      }),
    );
  });

  it('keeps the share of false discoveries at the stated rate where some rows are true', () => {
    const [rows, draws, trials, level] = [200, 100, 100, 0.1];
    let share = 0;
    for (let trial = 0; trial < trials; trial++) {
      const strengths = Float32Array.from({ length: rows * draws }, () => Math.abs(normal(random)));
      const observed = Array.from({ length: rows }, (_, row) => Math.abs(normal(random) + (row < 40 ? 4 : 0)));
      const found = Array.from(falseDiscoveryRates(observed, { shifts: draws, strengths }), (rate) => rate <= level);
      const count = found.filter(Boolean).length;
      expect(found.slice(0, 40).filter(Boolean).length).toBeGreaterThan(25);
      share += count === 0 ? 0 : found.slice(40).filter(Boolean).length / count / trials;
    }
    expect(share).toBeLessThan(level + 0.02);
    expect(share).toBeGreaterThan(level / 3);
  });
});
