import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { clusters, embed } from '../../pipeline/statistics/clusters.ts';

interface Fixture {
  distances: number[][];
  cuts: { cut: number; numbers: number[] }[];
}

// Made by SciPy; see the script beside it.
const file = new URL('../fixtures/explain/clusters.json', import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(file, 'utf8'));

describe('clusters', () => {
  it.each(fixture.cuts)('at $cut are those of SciPy’s average linkage', ({ cut, numbers }) => {
    const members = Map.groupBy(numbers.keys(), (item) => numbers[item]!);
    const theirs = [...members.values()].sort((a, b) => b.length - a.length || a[0]! - b[0]!);
    expect(clusters(fixture.distances, cut)).toEqual(theirs);
  });

  it('are told apart by the fixture’s cuts', () => {
    const sizes = fixture.cuts.map(({ cut }) => clusters(fixture.distances, cut).length);
    expect(new Set(sizes).size).toBe(sizes.length);
  });

  it('of one item, or of none, are that', () => {
    expect(clusters([[0]], 0.5)).toEqual([[0]]);
    expect(clusters([], 0.5)).toEqual([]);
  });
});

describe('a map', () => {
  const GROUPS = 4;
  const EACH = 20;
  const random = seededRandom(3);
  const groupOf = (item: number) => item % GROUPS;
  const centres = Array.from({ length: GROUPS }, () => Array.from({ length: 30 }, () => normal(random)));
  const items = Array.from({ length: GROUPS * EACH }, (_, item) =>
    centres[groupOf(item)]!.map((value) => value + 0.4 * normal(random)),
  );
  const apart = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((value, k) => value - b[k]!));
  const distances = items.map((a) => items.map((b) => apart(a, b)));
  const points = embed(distances, seededRandom(8));

  it('is the same each time it is drawn from the same seed', () => {
    expect(embed(distances, seededRandom(8))).toEqual(points);
    expect(embed(distances, seededRandom(9))).not.toEqual(points);
  });

  it('keeps planted groups together', () => {
    points.forEach((point, item) => {
      const nearest = [...points.keys()]
        .filter((other) => other !== item)
        .sort((a, b) => apart(points[a]!, point) - apart(points[b]!, point))
        .slice(0, 5);
      expect(nearest.map(groupOf)).toEqual(Array.from({ length: 5 }, () => groupOf(item)));
    });
  });

  it('fills a square of side 1 in one direction at least, at one scale', () => {
    const spans = [0, 1].map((axis) => {
      const values = points.map((point) => point[axis]!);
      expect(Math.min(...values)).toBe(0);
      return Math.max(...values);
    });
    expect(Math.max(...spans)).toBe(1);
  });

  it('is drawn of a handful of items too', () => {
    const few = distances.slice(0, 5).map((row) => row.slice(0, 5));
    const drawn = embed(few, seededRandom(8)).flat();
    expect(drawn).toHaveLength(10);
    expect(drawn.every((value) => Number.isFinite(value))).toBe(true);
  });
});
