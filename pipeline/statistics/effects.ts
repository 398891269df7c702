// How much something changes on average over some steps of a sample, how well that is known, and how much it changes for
// others.
//
// The values come in clusters, such as all that happens in one block of a text. Those of one cluster are no independent evidence,
// so the variance of their mean is that of a ratio of the clusters' sums to their sizes (Cochran 1977, Sampling Techniques,
// §6.3): G / (G − 1) · Σ (S − n·mean)² / N², with N = Σ n, over the G clusters.
import { mean, sum } from 'd3-array';
import type { Span } from '../base/positions.ts';

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

/** Steps of the integral below: its integrand is smooth. */
const SLICES = 400;

/**
 * The chance that Student's t is above a value: with t = √ν·tan θ its density is proportional to cos^(ν−1) θ, which is
 * integrated by Simpson's rule from there to the right angle, and as a share of the whole.
 */
export function studentTail(value: number, freedom: number): number {
  const area = (from: number): number => {
    const width = (Math.PI / 2 - from) / SLICES;
    let total = 0;
    for (let k = 0; k < SLICES; k++)
      total += (k === 0 ? 1 : k % 2 === 1 ? 4 : 2) * Math.cos(from + k * width) ** (freedom - 1);
    return (total * width) / 3;
  };
  return area(Math.atan(value / Math.sqrt(freedom))) / area(-Math.PI / 2);
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

/** Some of a sample's rows, those of a cluster together. */
export interface Place {
  readonly rows: number;
  readonly clusters: readonly (readonly number[])[];
}

/**
 * The rows at whose positions something is so.
 * @param positions of the sample, rising
 * @param clusters spans that tile the sequence, such as its blocks
 */
export function placeWhere(
  positions: readonly number[],
  clusters: readonly Span[],
  isSo: (position: number) => boolean,
): Place {
  const groups: number[][] = [];
  let rows = 0;
  let cluster = -1;
  positions.forEach((position, row) => {
    if (!isSo(position)) return;
    if (cluster < 0 || position >= clusters[cluster]!.end) {
      while (cluster < 0 || position >= clusters[cluster]!.end) cluster += 1;
      groups.push([]);
    }
    groups.at(-1)!.push(row);
    rows += 1;
  });
  return { rows, clusters: groups };
}

/**
 * The mean over a place, for each cell.
 * @param values [cells, positions of the sample]
 */
export function averages(values: Float32Array, positions: number, { clusters }: Place): ClusterMean[] {
  return Array.from({ length: values.length / positions }, (_, cell) => {
    const ofCell = values.subarray(cell * positions, (cell + 1) * positions);
    const sums = noClusters();
    for (const rows of clusters) addCluster(sums, rows.length, sumAt(ofCell, rows));
    return clusterMean(sums);
  });
}

/** The mean over a place of what there is one of, NaN over none. */
export function averageAt(values: Float32Array, { rows, clusters }: Place): number {
  return sum(clusters, (cluster) => sumAt(values, cluster)) / rows;
}

function sumAt(values: Float32Array, rows: readonly number[]): number {
  return sum(rows, (row) => values[row]!);
}

/** The averages of other cells. */
export interface Others {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Null where there are none. */
export function othersOf(all: readonly ClusterMean[], cells: readonly number[]): Others | null {
  if (cells.length === 0) return null;
  const means = cells.map((cell) => all[cell]!.mean);
  return {
    mean: mean(means)!,
    low: Math.min(...means),
    high: Math.max(...means),
  };
}
