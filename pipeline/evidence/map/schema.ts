// Which cells do the same, where they lie on the map, and the map as a table for whoever wants to draw it otherwise.
import { z } from 'zod';
import type { RankedCell, Table } from '../../base/figures.ts';
import { cellId } from '../../base/schemas.ts';

/** A cluster that a cell is in. */
const cellCluster = z.strictObject({
  /** From 1, the largest first. */
  number: z.int().positive(),
  /** Cells in it, this one among them. */
  size: z.int().positive(),
  /** Others in it, those that correlate most with this cell first; not all where there are many. */
  members: z.array(cellId),
});
export type CellCluster = z.infer<typeof cellCluster>;

export const cellMapSchema = z.strictObject({
  /** Among the cells of its layer. */
  layer: cellCluster,
  /** Among all cells; null where there is one layer. */
  all: cellCluster.nullable(),
});
export type CellMap = z.infer<typeof cellMapSchema>;

export const galleryMapSchema = z.strictObject({
  /** Clusters are cut where their cells’ |r| is this, on average. */
  cut: z.number().min(0).max(1),
  /** For each cell in the order of `cells.json`, within [0, 1] by [0, 1]. */
  points: z.array(z.tuple([z.number(), z.number()])),
  /** For each cell the number of its cluster among those of its layer, and among all. */
  layer: z.array(z.int().positive()),
  all: z.array(z.int().positive()),
});
export type GalleryMap = z.infer<typeof galleryMapSchema>;

/** @param cells in the order of the points */
export function mapTable({ points, layer, all }: GalleryMap, cells: readonly RankedCell[]): Table {
  const rows = cells.map(({ id, hypothesis, strength }, index) => [
    ...[id, ...points[index]!, layer[index]!, all[index]!],
    ...[hypothesis ?? '', strength ?? ''],
  ]);
  return [['cell', 'x', 'y', 'cluster_in_layer', 'cluster_in_all', 'best_hypothesis', 'strength'], ...rows];
}
