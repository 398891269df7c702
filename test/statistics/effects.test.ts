import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerBelow, mixedRandom, normal, seededRandom } from '../../pipeline/base/random.ts';
import { MATCHED, matchedCells } from '../../pipeline/evidence/ablation/questions.ts';
import {
  addCluster,
  averageAt,
  averages,
  clusterMean,
  noClusters,
  othersOf,
  placeWhere,
  studentQuantile,
  studentTail,
} from '../../pipeline/statistics/effects.ts';

function ofClusters(clusters: readonly (readonly number[])[]) {
  const sums = noClusters();
  for (const values of clusters) {
    addCluster(
      sums,
      values.length,
      values.reduce((sum, value) => sum + value, 0),
    );
  }
  return clusterMean(sums);
}

describe('studentQuantile', () => {
  it("agrees with tables of Student's t", () => {
    // Abramowitz and Stegun (1964), table 26.10, for a probability of 0.95 between minus t and t.
    const table = [
      [3, 3.182],
      [4, 2.776],
      [5, 2.571],
      [10, 2.228],
      [30, 2.042],
      [120, 1.98],
    ] as const;
    for (const [freedom, quantile] of table) expect(studentQuantile(freedom)).toBeCloseTo(quantile, 2);
    expect(studentQuantile(2) / 4.303).toBeCloseTo(1, 1);
  });
});

describe('studentTail', () => {
  it('agrees with the same tables, and with a closed form', () => {
    expect(studentTail(2.228, 10)).toBeCloseTo(0.025, 4);
    expect(studentTail(3.182, 3)).toBeCloseTo(0.025, 4);
    // Of one degree of freedom t is Cauchy's, and far out the tail is 1 / (π t).
    expect(studentTail(1, 1)).toBeCloseTo(0.25, 6);
    expect(studentTail(-2, 7) + studentTail(2, 7)).toBeCloseTo(1, 6);
    expect(studentTail(12, 19)).toBeLessThan(1e-9);
  });
});

describe('clusterMean', () => {
  it('is the mean of all values, with what their clusters differ by', () => {
    // Sums 3, 3, 10 of 2, 1 and 2 values: the mean is 16 / 5, and the deviations 3 − 6.4, 3 − 3.2 and 10 − 6.4.
    const { mean, half } = ofClusters([[1, 2], [3], [4, 6]]);
    expect(mean).toBeCloseTo(3.2, 12);
    const variance = (1.5 * (3.4 ** 2 + 0.2 ** 2 + 3.6 ** 2)) / 25;
    expect(half).toBeCloseTo(studentQuantile(2) * Math.sqrt(variance), 9);
  });

  it('is known exactly where all values are the same, and not at all where there are too few clusters', () => {
    expect(ofClusters([[0.3, 0.3], [0.3], [0.3, 0.3, 0.3]]).half).toBeCloseTo(0, 6);
    expect(ofClusters([[1, 2], [5]])).toEqual({ mean: 8 / 3, half: Number.POSITIVE_INFINITY });
    expect(ofClusters([]).mean).toBeNaN();
  });

  it.each([
    [6, 0.9],
    [40, 0.925],
  ])(
    'has intervals over %i clusters that hold the true mean nearly 95 times of 100, however alike a cluster is',
    (groups, least) => {
      const random = mixedRandom(3);
      let held = 0;
      let heldIfIndependent = 0;
      const runs = 1500;
      for (let run = 0; run < runs; run++) {
        const clusters = Array.from({ length: groups }, () => {
          const common = normal(random);
          return Array.from({ length: 1 + integerBelow(12, random) }, () => common + 0.3 * normal(random));
        });
        const { mean, half } = ofClusters(clusters);
        if (Math.abs(mean) <= half) held++;
        const alone = ofClusters(clusters.flat().map((value) => [value]));
        if (Math.abs(alone.mean) <= alone.half) heldIfIndependent++;
      }
      expect(held / runs).toBeGreaterThan(least);
      expect(held / runs).toBeLessThan(0.97);
      // Values of one cluster taken for evidence of their own would claim far too much.
      expect(heldIfIndependent / runs).toBeLessThan(0.75);
    },
  );
});

const CLUSTERS = [
  { start: 0, end: 10 },
  { start: 10, end: 25 },
  { start: 25, end: 30 },
  { start: 30, end: 100 },
];
const POSITIONS = [3, 4, 5, 11, 12, 26, 31, 32, 60];

describe('a place of a sample', () => {
  it('has the rows where something is so, those of a cluster together', () => {
    expect(placeWhere(POSITIONS, CLUSTERS, () => true)).toEqual({
      rows: 9,
      clusters: [[0, 1, 2], [3, 4], [5], [6, 7, 8]],
    });
    expect(placeWhere(POSITIONS, CLUSTERS, (position) => position % 2 === 0)).toEqual({
      rows: 5,
      clusters: [[1], [4], [5], [7, 8]],
    });
    expect(placeWhere(POSITIONS, CLUSTERS, () => false)).toEqual({ rows: 0, clusters: [] });
  });

  it('and the rest of the sample together have every row once', () => {
    const marks = fc.array(fc.boolean(), { minLength: POSITIONS.length, maxLength: POSITIONS.length });
    fc.assert(
      fc.property(marks, (marked) => {
        const isMarked = (position: number) => marked[POSITIONS.indexOf(position)]!;
        const places = [isMarked, (position: number) => !isMarked(position)].map((isSo) =>
          placeWhere(POSITIONS, CLUSTERS, isSo),
        );
        const rows = places.flatMap(({ clusters }) => clusters.flat()).sort((a, b) => a - b);
        expect(rows).toEqual([...POSITIONS.keys()]);
      }),
    );
  });
});

describe('the average over a place', () => {
  const place = placeWhere(POSITIONS, CLUSTERS, (position) => position > 4);

  it('is the mean of its rows, each cell’s for itself', () => {
    const values = Float32Array.from([...POSITIONS, ...POSITIONS.map((position) => -2 * position)]);
    const mean = (5 + 11 + 12 + 26 + 31 + 32 + 60) / 7;
    expect(averages(values, POSITIONS.length, place).map((average) => average.mean)).toEqual([
      expect.closeTo(mean, 10),
      expect.closeTo(-2 * mean, 10),
    ]);
    expect(averageAt(Float32Array.from(POSITIONS), place)).toBeCloseTo(mean, 10);
  });

  it('has an interval that nothing widens where all clusters agree', () => {
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
