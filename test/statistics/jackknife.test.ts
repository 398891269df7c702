import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { aurocInterval, correlationInterval, explainedInterval } from '../../pipeline/statistics/jackknife.ts';
import { centredMidranks, orderRows, pairsByBlock } from '../../pipeline/statistics/ordered.ts';
import { aurocByPairs, sums } from './histograms.ts';

const BLOCKS = 9;
const ROWS = 40;
/** Of Student's t with eight degrees of freedom, the 97.5th percentile, from a table. */
const T = 2.306;

const random = seededRandom(21);
const ofRow = Int32Array.from({ length: BLOCKS * ROWS }, (_, row) => Math.floor(row / ROWS));
const blocks = { count: BLOCKS, ofRow };
/** Labels and values that go together within a block; rounded, so that some values are equal. */
const level = Float64Array.from({ length: BLOCKS }, () => normal(random));
const marks = Uint8Array.from(ofRow, (block) => Number(normal(random) + level[block]! > 0.3));
const values = Float32Array.from(marks, (mark, row) => Math.round(8 * (mark + level[ofRow[row]!]! + normal(random))));
const real = Float64Array.from(values, (value) => value + 10 * normal(random));

const rowsWithout = (block: number) => [...ofRow.keys()].filter((row) => ofRow[row] !== block);

/** The interval by the textbook, of a statistic that is computed anew without each block. */
function byHand(of: (rows: readonly number[]) => number, to: (x: number) => number, from: (x: number) => number) {
  const centre = to(of([...ofRow.keys()]));
  let squares = 0;
  for (let block = 0; block < BLOCKS; block++) squares += (to(of(rowsWithout(block))) - centre) ** 2;
  const half = T * Math.sqrt((squares * (BLOCKS - 1)) / BLOCKS);
  return [from(centre - half), from(centre + half)] as const;
}

const pick = (all: ArrayLike<number>, rows: readonly number[]) => rows.map((row) => all[row]!);

describe('the interval of an AUROC', () => {
  it('is the jackknife of its log odds, counted pair by pair without each block', () => {
    const [low, high] = aurocInterval(pairsByBlock(orderRows(values), marks, blocks))!;
    const [expectedLow, expectedHigh] = byHand(
      (rows) => aurocByPairs(pick(values, rows), pick(marks, rows)),
      (area) => Math.log(area / (1 - area)),
      (odds) => 1 / (1 + Math.exp(-odds)),
    );
    expect(low).toBeCloseTo(expectedLow, 3);
    expect(high).toBeCloseTo(expectedHigh, 3);
    expect(high - low).toBeGreaterThan(0.05);
  });

  it('is one point where the separation is perfect, and stays within 0 and 1 where it nearly is', () => {
    const perfect = Float32Array.from(marks, (mark) => 2 * mark);
    const [low, high] = aurocInterval(pairsByBlock(orderRows(perfect), marks, blocks))!;
    expect(low).toBeCloseTo(1, 3);
    expect(high).toBe(1);
    perfect[marks.indexOf(1)] = -1;
    const [below, above] = aurocInterval(pairsByBlock(orderRows(perfect), marks, blocks))!;
    expect(below).toBeLessThan(0.995);
    expect(above).toBeLessThanOrEqual(1);
    expect(above).toBeGreaterThan(0.99);
  });

  it('is not known of two blocks, nor where one block has all that is marked', () => {
    const two = { count: 2, ofRow: ofRow.map((block) => Number(block > 4)) };
    expect(aurocInterval(pairsByBlock(orderRows(values), marks, two))).toBeNull();
    const inOne = marks.map((mark, row) => (ofRow[row] === 3 ? mark : 0));
    expect(aurocInterval(pairsByBlock(orderRows(values), inOne, blocks))).toBeNull();
  });
});

describe('the interval of a correlation', () => {
  const ranks = centredMidranks(orderRows(values));
  const sumsOf = (x: ArrayLike<number>) =>
    Array.from({ length: BLOCKS }, (_, block) => {
      const rows = [...ofRow.keys()].filter((row) => ofRow[row] === block);
      return sums(pick(x, rows), pick(real, rows));
    });

  it("is the jackknife of Fisher's z", () => {
    const [low, high] = correlationInterval(sumsOf(ranks))!;
    const [expectedLow, expectedHigh] = byHand(
      (rows) => correlation(pick(ranks, rows), pick(real, rows)),
      Math.atanh,
      Math.tanh,
    );
    expect(low).toBeCloseTo(expectedLow, 3);
    expect(high).toBeCloseTo(expectedHigh, 3);
  });

  it('is not known of a signal that stands still', () => {
    expect(correlationInterval(sumsOf(new Float64Array(values.length)))).toBeNull();
  });
});

it('the interval of an explained share is the jackknife of the logarithm of what is left', () => {
  const left = Float64Array.from({ length: BLOCKS }, () => 1 + random.uniform());
  const all = left.map((own) => own * (2 + random.uniform()));
  const [low, high] = explainedInterval(left, all)!;
  const share = (kept: readonly number[]) => {
    const total = (of: Float64Array) => pick(of, [...new Set(pick(ofRow, kept))]).reduce((sum, value) => sum + value);
    return 1 - total(left) / total(all);
  };
  const [expectedHigh, expectedLow] = byHand(
    share,
    (explained) => Math.log(1 - explained),
    (scaled) => 1 - Math.exp(scaled),
  );
  expect(low).toBeCloseTo(expectedLow, 3);
  expect(high).toBeCloseTo(expectedHigh, 3);
  expect(explainedInterval(left.slice(0, 2), all.slice(0, 2))).toBeNull();
});

/** Pearson's, by deviations from the means. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value) / of.length;
  const [mx, my] = [mean(x), mean(y)];
  const cov = (a: readonly number[], am: number, b: readonly number[], bm: number) =>
    a.reduce((sum, value, row) => sum + (value - am) * (b[row]! - bm), 0);
  return cov(x, mx, y, my) / Math.sqrt(cov(x, mx, x, mx) * cov(y, my, y, my));
}
