// Which cells belong together: agglomerative clustering with average linkage (Sokal and Michener 1958), cut at a height.
import { agnes } from 'ml-hclust';

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
