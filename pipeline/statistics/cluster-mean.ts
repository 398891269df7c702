// The mean of values that come in clusters, such as all that happens in one paragraph, and how well it is known. Values of
// one cluster are no independent evidence, so the variance is that of a ratio of the clusters' sums to their sizes
// (Cochran 1977, Sampling Techniques, §6.3): G / (G − 1) · Σ (S − n·mean)² / N², with N = Σ n, over the G clusters.

/** Of a standard normal deviate, the 97.5th percentile. */
const Z = 1.959964;

/**
 * The 97.5th percentile of Student's t, by the expansion of Abramowitz and Stegun (1964), 26.7.5: within 1% of it from
 * two degrees of freedom on.
 */
export function studentQuantile(freedom: number): number {
  const z2 = Z * Z;
  const terms = [
    1,
    (z2 + 1) / 4,
    (5 * z2 ** 2 + 16 * z2 + 3) / 96,
    (3 * z2 ** 3 + 19 * z2 ** 2 + 17 * z2 - 15) / 384,
    (79 * z2 ** 4 + 776 * z2 ** 3 + 1482 * z2 ** 2 - 1920 * z2 - 945) / 92_160,
  ];
  return Z * terms.reduce((sum, term, order) => sum + term / freedom ** order, 0);
}

/** The sums that the mean and its variance need, of clusters that were given one by one. */
export interface ClusterSums {
  clusters: number;
  /** Σ n */
  values: number;
  /** Σ n² */
  squaredSizes: number;
  /** Σ S */
  sum: number;
  /** Σ S² */
  squaredSums: number;
  /** Σ S·n */
  products: number;
}

export const noClusters = (): ClusterSums => ({
  clusters: 0,
  values: 0,
  squaredSizes: 0,
  sum: 0,
  squaredSums: 0,
  products: 0,
});

/** Takes in one more cluster, of `size` values that add up to `sum`. */
export function addCluster(sums: ClusterSums, size: number, sum: number): void {
  sums.clusters += 1;
  sums.values += size;
  sums.squaredSizes += size * size;
  sums.sum += sum;
  sums.squaredSums += sum * sum;
  sums.products += sum * size;
}

export interface ClusterMean {
  /** NaN of no values at all. */
  readonly mean: number;
  /** Half of the 95% interval around it; infinite of fewer than three clusters, which know too little of each other. */
  readonly half: number;
}

export function clusterMean({ clusters, values, squaredSizes, sum, squaredSums, products }: ClusterSums): ClusterMean {
  const mean = sum / values;
  if (clusters < 3) return { mean, half: Number.POSITIVE_INFINITY };
  const squares = squaredSums - 2 * mean * products + mean * mean * squaredSizes;
  // What rounding leaves of values that are all the same may lie below zero.
  const variance = ((clusters / (clusters - 1)) * Math.max(0, squares)) / values ** 2;
  return { mean, half: studentQuantile(clusters - 1) * Math.sqrt(variance) };
}
