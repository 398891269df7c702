// The map's points as a table, for whoever wants to draw them otherwise.

import type { GalleryMap } from '../artifacts/schema/evidence/map.ts';
import type { CellSummary } from '../artifacts/schema.ts';

/** @param heuristics ids, those of the cells' columns */
export function mapCsv(
  { points, layer, all }: GalleryMap,
  cells: readonly CellSummary[],
  heuristics: readonly string[],
): string {
  const header = ['cell', 'x', 'y', 'cluster_in_layer', 'cluster_in_all', 'best_hypothesis', 'strength'];
  const rows = cells.map(({ id, best, strength }, index) => {
    const most = best === null ? null : strength[best];
    return [
      id,
      ...points[index]!,
      layer[index]!,
      all[index]!,
      best === null ? '' : heuristics[best]!,
      most == null ? '' : most / 1000,
    ];
  });
  return `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}
