import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../pipeline/base/random.ts';
import { MATCHED, matchedCells } from '../../pipeline/evidence/ablation/ablated-cells.ts';
import { averageAt, averages, othersOf, placeWhere } from '../../pipeline/statistics/effects.ts';

const PARAGRAPHS = [
  { start: 0, end: 10 },
  { start: 10, end: 25 },
  { start: 25, end: 30 },
  { start: 30, end: 100 },
];
const POSITIONS = [3, 4, 5, 11, 12, 26, 31, 32, 60];

describe('a place of a sample', () => {
  it('has the rows where something is so, those of a paragraph together', () => {
    expect(placeWhere(POSITIONS, PARAGRAPHS, () => true)).toEqual({
      rows: 9,
      paragraphs: [[0, 1, 2], [3, 4], [5], [6, 7, 8]],
    });
    expect(placeWhere(POSITIONS, PARAGRAPHS, (position) => position % 2 === 0)).toEqual({
      rows: 5,
      paragraphs: [[1], [4], [5], [7, 8]],
    });
    expect(placeWhere(POSITIONS, PARAGRAPHS, () => false)).toEqual({ rows: 0, paragraphs: [] });
  });

  it('and the rest of the sample together have every row once', () => {
    const marks = fc.array(fc.boolean(), { minLength: POSITIONS.length, maxLength: POSITIONS.length });
    fc.assert(
      fc.property(marks, (marked) => {
        const isMarked = (position: number) => marked[POSITIONS.indexOf(position)]!;
        const places = [isMarked, (position: number) => !isMarked(position)].map((isSo) =>
          placeWhere(POSITIONS, PARAGRAPHS, isSo),
        );
        const rows = places.flatMap(({ paragraphs }) => paragraphs.flat()).sort((a, b) => a - b);
        expect(rows).toEqual([...POSITIONS.keys()]);
      }),
    );
  });
});

describe('the average over a place', () => {
  const place = placeWhere(POSITIONS, PARAGRAPHS, (position) => position > 4);

  it('is the mean of its rows, each cell’s for itself', () => {
    const values = Float32Array.from([...POSITIONS, ...POSITIONS.map((position) => -2 * position)]);
    const mean = (5 + 11 + 12 + 26 + 31 + 32 + 60) / 7;
    expect(averages(values, POSITIONS.length, place).map((average) => average.mean)).toEqual([
      expect.closeTo(mean, 10),
      expect.closeTo(-2 * mean, 10),
    ]);
    expect(averageAt(Float32Array.from(POSITIONS), place)).toBeCloseTo(mean, 10);
  });

  it('has an interval that nothing widens where all paragraphs agree', () => {
    const [same, other] = averages(
      Float32Array.from([...new Array(9).fill(0.5), 0, 0, 1, 2, 2, 0, 1, 1, 1]),
      POSITIONS.length,
      place,
    );
    expect(same).toEqual({ mean: 0.5, half: 0 });
    expect(other!.half).toBeGreaterThan(0.5);
  });
});

describe('other cells', () => {
  const variances = Float64Array.from({ length: 200 }, (_, unit) => ((unit * 37) % 200) / 200);

  it('are drawn from those whose variance is nearest, without the cell itself and each once', () => {
    for (const unit of [0, 5, 111]) {
      const drawn = matchedCells(variances, unit, seededRandom(unit));
      expect(new Set(drawn).size).toBe(MATCHED);
      expect(drawn).not.toContain(unit);
      const distance = (other: number) => Math.abs(variances[other]! - variances[unit]!);
      const nearest = [...variances.keys()].sort((a, b) => distance(a) - distance(b)).slice(1, 62);
      for (const other of drawn) expect(nearest).toContain(other);
    }
  });

  it('are drawn by lot, and the same ones by the same lot', () => {
    const draw = (seed: number) => matchedCells(variances, 7, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('are all there are in a small layer, and none in a layer of one', () => {
    expect(matchedCells([1, 2, 3, 4], 2, seededRandom(1))).toEqual([0, 1, 3]);
    expect(matchedCells([1], 0, seededRandom(1))).toEqual([]);
  });

  it('are summed up by their mean, least and largest', () => {
    const all = [1, 5, -3, 100].map((mean) => ({ mean, half: 0 }));
    expect(othersOf(all, [0, 1, 2])).toEqual({ mean: 1, low: -3, high: 5 });
    expect(othersOf(all, [])).toBeNull();
  });
});
