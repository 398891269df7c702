import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecision, centredMidranks, orderRows, pairsByBlock } from '../../pipeline/statistics/ordered.ts';
import { aurocByPairs } from './histograms.ts';

/** Values of every size, and a few that are the same again and again. */
const value = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-1, -0, 0, 1e-30, Math.fround(0.1), 1),
);
const rows = fc
  .array(fc.tuple(value, fc.constantFrom(0, 1), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 80 })
  .map((all) => ({
    values: Float32Array.from(all, ([x]) => x),
    marks: Uint8Array.from(all, ([, mark]) => mark),
    ofRow: Int32Array.from(all, ([, , block]) => block),
  }));

const rising = (values: Float32Array) => [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);

describe('rows in the order of their values', () => {
  it('are those that a sort by comparison gives, the equal ones in groups', () => {
    fc.assert(
      fc.property(rows, ({ values }) => {
        const { rows: found, ends } = orderRows(values);
        expect(Array.from(found)).toEqual(rising(values));
        const groups = rising(values).filter(
          (row, k, all) => k + 1 === all.length || values[all[k + 1]!] !== values[row],
        );
        expect(Array.from(ends, (end) => found[end - 1])).toEqual(groups);
      }),
    );
    expect(orderRows(new Float32Array()).ends).toHaveLength(0);
  });

  it('have midranks that are counted row by row', () => {
    fc.assert(
      fc.property(rows, ({ values }) => {
        const expected = Array.from(values, (own) => {
          const below = values.filter((other) => other < own).length;
          const equal = values.filter((other) => other === own).length;
          return 2 * below + equal + 1 - (values.length + 1);
        });
        expect(Array.from(centredMidranks(orderRows(values)))).toEqual(expected);
      }),
    );
  });
});

it('average precision is the mean over the marked rows of the precision at each of their values', () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(1 as const, -1 as const), ({ values, marks }, direction) => {
      const precisions = [...values.keys()]
        .filter((row) => marks[row] === 1)
        .map((row) => {
          const chosen = [...values.keys()].filter((other) => direction * (values[other]! - values[row]!) >= 0);
          return chosen.filter((other) => marks[other] === 1).length / chosen.length;
        });
      const expected = precisions.reduce((sum, precision) => sum + precision, 0) / precisions.length;
      const found = averagePrecision(orderRows(values), marks, direction);
      if (precisions.length === 0) expect(found).toBeNaN();
      else expect(found).toBeCloseTo(expected, 12);
    }),
  );
});

it('the pairs that the blocks win and lose are those that are found by looking at every pair', () => {
  fc.assert(
    fc.property(rows, ({ values, marks, ofRow }) => {
      const found = pairsByBlock(orderRows(values), marks, { count: 4, ofRow });
      const expected = { won: [0, 0, 0, 0], lost: [0, 0, 0, 0], within: [0, 0, 0, 0] };
      for (const p of values.keys()) {
        for (const n of values.keys()) {
          if (marks[p] !== 1 || marks[n] !== 0) continue;
          const wins = values[p]! > values[n]! ? 1 : values[p] === values[n] ? 0.5 : 0;
          expected.won[ofRow[p]!]! += wins;
          expected.lost[ofRow[n]!]! += wins;
          if (ofRow[p] === ofRow[n]) expected.within[ofRow[p]!]! += wins;
        }
      }
      expect({ won: [...found.won], lost: [...found.lost], within: [...found.within] }).toEqual(expected);
      const all = found.won.reduce((sum, wins) => sum + wins, 0);
      const count = marks.filter((mark) => mark === 1).length;
      if (count === 0 || count === marks.length) return;
      expect(all / (count * (marks.length - count))).toBeCloseTo(aurocByPairs(values, marks), 12);
    }),
  );
});
