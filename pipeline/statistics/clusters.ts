// Which cells belong together: agglomerative clustering with average linkage (Sokal and Michener 1958), cut at a height.
import { agnes } from 'ml-hclust';
import { UMAP } from 'umap-js';
import type { Random } from '../base/random.ts';

/**
 * @param distances of each to each, [items][items], symmetric
 * @param cut two clusters are one where their members are, on average, no further apart
 * @returns the members of each cluster, rising; the largest cluster first, equals by their first member
 */
export function clusters(distances: readonly (readonly number[])[], cut: number): number[][] {
  if (distances.length < 2) return distances.map((_, item) => [item]);
  const tree = agnes(
    distances.map((row) => [...row]),
    { method: 'average', isDistanceMatrix: true },
  );
  return tree
    .cut(cut)
    .map((cluster) => cluster.indices().sort((a, b) => a - b))
    .sort((a, b) => b.length - a.length || a[0]! - b[0]!);
}

// A map of what is near what, in two dimensions: UMAP (McInnes, Healy and Melville 2018) on given distances.

/** Neighbours that an item is held to, itself among them; fewer of a handful of items. */
const NEIGHBOURS = 15;
const MIN_DISTANCE = 0.1;
/** A map takes at least so many items. */
export const LEAST_ITEMS = 5;

export type Point = readonly [x: number, y: number];

/**
 * @param distances of each to each, [items][items], symmetric; at least {@link LEAST_ITEMS}
 * @param random decides where the items start and which are pushed apart
 * @returns a point for each item, all within [0, 1] by [0, 1], with one scale for both axes
 */
export function embed(distances: readonly (readonly number[])[], random: Random): Point[] {
  const count = Math.min(NEIGHBOURS, distances.length - 1);
  const nearest = distances.map((row, item) =>
    Array.from(row.keys())
      .sort((a, b) => Number(b === item) - Number(a === item) || row[a]! - row[b]! || a - b)
      .slice(0, count),
  );
  const umap = new UMAP({ nNeighbors: count, minDist: MIN_DISTANCE, random: () => random.uniform() });
  umap.setPrecomputedKNN(
    nearest,
    nearest.map((near, item) => near.map((other) => distances[item]![other]!)),
  );
  return scaled(umap.fit(distances.map((row) => [...row])).map(([x, y]) => [x!, y!]));
}

function scaled(points: readonly Point[]): Point[] {
  const lows = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis]!)));
  const highs = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis]!)));
  const span = Math.max(highs[0]! - lows[0]!, highs[1]! - lows[1]!) || 1;
  return points.map(([x, y]) => [(x - lows[0]!) / span, (y - lows[1]!) / span]);
}
