// How much something changes on average over some steps of a sample, how well that is known, and how much it changes for
// others.
import type { Span } from '../base/positions.ts';
import { addCluster, type ClusterMean, clusterMean, noClusters } from './cluster-mean.ts';

/** Some of a sample's rows, those of a paragraph together. */
export interface Place {
  readonly rows: number;
  readonly paragraphs: readonly (readonly number[])[];
}

/**
 * The rows at whose positions something is so.
 * @param positions of the sample, rising
 * @param paragraphs that tile the sequence
 */
export function placeWhere(
  positions: readonly number[],
  paragraphs: readonly Span[],
  isSo: (position: number) => boolean,
): Place {
  const groups: number[][] = [];
  let rows = 0;
  let paragraph = -1;
  positions.forEach((position, row) => {
    if (!isSo(position)) return;
    if (paragraph < 0 || position >= paragraphs[paragraph]!.end) {
      while (paragraph < 0 || position >= paragraphs[paragraph]!.end) paragraph += 1;
      groups.push([]);
    }
    groups.at(-1)!.push(row);
    rows += 1;
  });
  return { rows, paragraphs: groups };
}

/**
 * The mean over a place, for each cell.
 * @param values [cells, positions of the sample]
 */
export function averages(values: Float32Array, positions: number, { paragraphs }: Place): ClusterMean[] {
  return Array.from({ length: values.length / positions }, (_, cell) => {
    const own = values.subarray(cell * positions, (cell + 1) * positions);
    const sums = noClusters();
    for (const rows of paragraphs) addCluster(sums, rows.length, sumAt(own, rows));
    return clusterMean(sums);
  });
}

/** The mean over a place of what there is one of, NaN over none. */
export function averageAt(values: Float32Array, { rows, paragraphs }: Place): number {
  return paragraphs.reduce((sum, own) => sum + sumAt(values, own), 0) / rows;
}

function sumAt(values: Float32Array, rows: readonly number[]): number {
  let sum = 0;
  for (const row of rows) sum += values[row]!;
  return sum;
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
    mean: means.reduce((sum, mean) => sum + mean, 0) / means.length,
    low: Math.min(...means),
    high: Math.max(...means),
  };
}
