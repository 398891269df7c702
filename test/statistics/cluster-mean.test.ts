import { describe, expect, it } from 'vitest';
import { integerBelow, mixedRandom, normal } from '../../pipeline/base/random.ts';
import { addCluster, clusterMean, noClusters, studentQuantile } from '../../pipeline/statistics/cluster-mean.ts';

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
