import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import {
  type Column,
  cutBack,
  growTree,
  histogramOf,
  predict,
  type TreeLimits,
  type TreeNode,
} from '../../pipeline/statistics/tree.ts';
import { chooseSize, fitTree } from '../../pipeline/statistics/tree-size.ts';

interface Fixture {
  first: number[];
  second: number[];
  case: number[];
  class: number[];
  target: number[];
  depth: number;
  leastRows: number;
  trees: { leaves: number; predictions: number[] }[];
}

// Made by scikit-learn; see the script beside it.
const file = new URL('../fixtures/scoring/tree.json', import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(file, 'utf8'));

const rising = (values: readonly number[]): Column => ({
  bins: Uint8Array.from(values),
  size: Math.max(...values) + 1,
  sets: 'rising',
});
const allRows = (length: number) => Int32Array.from({ length }, (_, row) => row);

function grow(columns: readonly Column[], target: readonly number[], limits: TreeLimits): TreeNode {
  const rows = allRows(target.length);
  return growTree({ columns, target, rows, histogram: histogramOf(columns, target, rows) }, limits);
}

const leavesOf = ({ split }: TreeNode): number => (split === null ? 1 : leavesOf(split.yes) + leavesOf(split.no));

describe('a tree grown best-first', () => {
  const singles = [0, 1, 2, 3, 4, 5].map((value) => [value]);
  const columns: Column[] = [
    rising(fixture.first),
    rising(fixture.second),
    { bins: Uint8Array.from(fixture.case), size: 6, sets: [...singles, fixture.class] },
  ];
  const { target, depth, leastRows } = fixture;

  it.each(fixture.trees)('of $leaves leaves predicts what that of scikit-learn does', ({ leaves, predictions }) => {
    const tree = grow(columns, target, { leaves, depth, leastRows });
    target.forEach((_, row) => {
      expect(predict(tree, columns, row)).toBeCloseTo(predictions[row]!, 10);
    });
  });

  it('begins as the tree of fewer leaves', () => {
    const full = grow(columns, target, { leaves: 8, depth, leastRows });
    for (const leaves of [1, 2, 3, 5]) {
      const small = grow(columns, target, { leaves, depth, leastRows });
      expect(cutBack(full, leaves)).toEqual(small);
      expect(leavesOf(small)).toBe(leaves);
    }
  });
});

/** The most that any question lowers the sum of squares by, found by trying all on the rows themselves. */
function bestGain(columns: readonly Column[], target: readonly number[], leastRows: number): number {
  const spread = (rows: readonly number[]) => {
    const mean = rows.reduce((sum, row) => sum + target[row]!, 0) / rows.length;
    return rows.reduce((sum, row) => sum + (target[row]! - mean) ** 2, 0);
  };
  const rows = [...target.keys()];
  let best = 0;
  for (const { bins, size, sets } of columns) {
    const asked = sets === 'rising' ? Array.from({ length: size }, (_, bin) => [...Array(bin + 1).keys()]) : sets;
    for (const set of asked) {
      const yes = rows.filter((row) => set.includes(bins[row]!));
      const no = rows.filter((row) => !set.includes(bins[row]!));
      if (Math.min(yes.length, no.length) < leastRows) continue;
      best = Math.max(best, spread(rows) - spread(yes) - spread(no));
    }
  }
  return best;
}

describe('the first split of any tree', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: -8, max: 8 }));

  it('is one that no other question beats', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 4, maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (rows, leastRows) => {
        const target = rows.map(([, , value]) => value);
        const cases = { bins: Uint8Array.from(rows, ([, value]) => value), size: 4, sets: [[0], [1, 3], [2]] };
        const columns = [rising(rows.map(([value]) => value)), cases];
        const { split } = grow(columns, target, { leaves: 2, depth: 1, leastRows });
        expect(split?.gain ?? 0).toBeCloseTo(bestGain(columns, target, leastRows), 8);
        if (split !== null) expect(Math.min(split.yes.rows, split.no.rows)).toBeGreaterThanOrEqual(leastRows);
      }),
    );
  });
});

describe('the size of a tree', () => {
  const limits = { leaves: 8, depth: 3, leastRows: 20 };
  const random = seededRandom(5);
  const ROWS = 3000;
  const column = () => rising(Array.from({ length: ROWS }, () => Math.floor(16 * random.uniform())));
  const columns = [column(), column(), column()];

  it('is one leaf where the columns say nothing of the target', () => {
    const sizes = Array.from({ length: 20 }, () => {
      const target = Array.from({ length: ROWS }, () => normal(random));
      return leavesOf(fitTree(columns, target, limits));
    });
    expect(sizes.filter((size) => size > 1).length).toBeLessThanOrEqual(2);
  });

  it('is as many leaves as there are levels of the target', () => {
    const [a, b] = columns.map(({ bins }) => bins);
    const level = (row: number) => (a![row]! <= 3 ? 2 : b![row]! <= 9 ? -1 : 0.5);
    const target = Array.from({ length: ROWS }, (_, row) => level(row) + 0.3 * normal(random));
    const tree = fitTree(columns, target, limits);
    expect(leavesOf(tree)).toBe(3);
    const worst = Math.max(...target.map((_, row) => Math.abs(predict(tree, columns, row) - level(row))));
    expect(worst).toBeLessThan(0.1);
  });

  it('is the smallest one that is within a standard error of the best', () => {
    // Differences from the best, size 3: of size 2 they are 0.1 ± 0.2 (standard error), of size 1 they are 1 exactly.
    const folds = [
      [2, 0.9, 1],
      [3, 2.5, 2],
      [4, 2.9, 3],
    ].map((errors) => Float64Array.from(errors));
    expect(chooseSize(folds)).toBe(2);
    expect(chooseSize(folds.map(([one, , three]) => Float64Array.of(one!, one!, three!)))).toBe(3);
  });
});
