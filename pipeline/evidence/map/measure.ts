// Which cells do the same: clusters of each layer and of all cells, and a map on which they lie, by how their h correlate
// on the held-out sample. What two cells have in common is |r|: one may be the other upside down.

import { layerSizes } from '../../base/cell-ids.ts';
import { seededRandom } from '../../base/random.ts';
import { clusters, embed, LEAST_ITEMS } from '../../statistics/clusters.ts';
import { type EvidenceContext, type EvidenceMeasure, signalOf } from '../context.ts';
import { correlate } from '../neighbours.ts';
import type { CellCluster, CellMap, GalleryMap } from './schema.ts';

/** The cells of a cluster correlate with each other, on average, by at least so large an |r|. */
const CUT = 0.5;
/** Other cells of its cluster that a cell's page names. */
const NAMED = 8;
/** Clustering takes time with the third power of the cells: half a minute for so many. */
const MOST_CELLS = 2048;
const MAP_SEED = 8;
/** Decimals of a point: a tenth of a pixel of a large screen. */
const DECIMALS = 4;

export const map: EvidenceMeasure<CellMap, GalleryMap> = {
  module: import.meta.url,

  applies: ({ cells }) => cells.length >= LEAST_ITEMS && cells.length <= MOST_CELLS,

  async measure(context) {
    const { cells } = context;
    const distances = await distancesOf(context);
    const layers = layerSizes(cells);
    const inAll = clusterOfCells(clusters(distances, 1 - CUT), distances, cells);
    const inLayer = new Map(
      layers.flatMap((units, layer) => {
        const first = layers.slice(0, layer).reduce((sum, size) => sum + size, 0);
        const own = distances.slice(first, first + units).map((row) => row.slice(first, first + units));
        const ofLayer = clusters(own, 1 - CUT).map((members) => members.map((unit) => first + unit));
        return [...clusterOfCells(ofLayer, distances, cells)];
      }),
    );
    const gallery: GalleryMap = {
      cut: CUT,
      points: embed(distances, seededRandom(MAP_SEED)).map(([x, y]) => [rounded(x), rounded(y)]),
      layer: cells.map((_, cell) => inLayer.get(cell)!.number),
      all: cells.map((_, cell) => inAll.get(cell)!.number),
    };
    return {
      cells: cells.map((_, cell) => ({
        layer: inLayer.get(cell)!,
        all: layers.length > 1 ? inAll.get(cell)! : null,
      })),
      gallery,
    };
  },
};

const rounded = (value: number) => Number(value.toFixed(DECIMALS));

/** @param found members of each cluster, the largest first; @returns of each of the cells the cluster that it is in */
function clusterOfCells(
  found: readonly (readonly number[])[],
  distances: readonly (readonly number[])[],
  cells: EvidenceContext['cells'],
): Map<number, CellCluster> {
  const own = new Map<number, CellCluster>();
  found.forEach((members, index) => {
    for (const cell of members) {
      const near = distances[cell]!;
      const others = members.filter((other) => other !== cell).sort((a, b) => near[a]! - near[b]!);
      const named = others.slice(0, NAMED).map((other) => cells[other]!.id);
      own.set(cell, { number: index + 1, size: members.length, members: named });
    }
  });
  return own;
}

/** 1 − |r| of each with each. */
async function distancesOf(context: EvidenceContext): Promise<number[][]> {
  const heldOut = context.heldOut();
  const rows = context.cells.map((_, cell) => signalOf(heldOut, cell, 'h'));
  const correlations = await correlate(context.engine, rows);
  return rows.map((_, cell) =>
    rows.map((_, other) => {
      // Rounding must not make the two directions differ.
      const r = cell < other ? correlations[cell * rows.length + other]! : correlations[other * rows.length + cell]!;
      return cell === other ? 0 : Math.max(0, 1 - Math.abs(r));
    }),
  );
}
