// The bins of a partition's columns at staged rows.
import { cellId } from '../../base/cell-ids.ts';
import { InputError } from '../../base/errors.ts';
import type { Signal } from '../../base/signals.ts';
import type { BinEdges, Strided } from './bin-edges.ts';
import { createBinner } from './binner.ts';
import { columnOf, type Layout, placeOf } from './staging.ts';

/** Neighbouring cells that are binned together: their rows stay in the cache from cell to cell. */
const TILE_CELLS = 64;

/** Some of the staged rows, and the text positions of their characters. */
export interface Batch {
  readonly staging: Float32Array;
  readonly rows: Int32Array;
  readonly positions: Int32Array;
}

/** @param bins of the column's values at the batch's rows; they hold until the next column */
export type TakeColumn = (column: number, bins: Uint8Array, values: Strided) => void;

/** Calls `take` for every column, in any order. @throws InputError if a value is not finite */
export type Binning = (batch: Batch, take: TakeColumn) => void;

/** Of the cells [from, to), whose columns have the edges. */
export function createBinning(layout: Layout, from: number, to: number, edges: BinEdges): Binning {
  const binner = createBinner();
  const tiles = tilesOf(layout.layers, from, to);
  return (batch, take) => {
    if (batch.rows.length === 0) return;
    layout.signals.forEach((signal, signalIndex) => {
      for (const { first, cells } of tiles) {
        const tile = columnOf(layout, batch.staging, first, signal);
        binner.load({ ...tile, rows: batch.rows, columns: cells });
        for (let k = 0; k < cells; k++) {
          const column = (first + k - from) * layout.signals.length + signalIndex;
          const values = { ...tile, offset: tile.offset + k };
          const bins = binner.bin(edges, column, k);
          if (bins === null) throw notFinite(layout, first + k, signal, batch, values);
          take(column, bins, values);
        }
      }
    });
  };
}

interface CellRun {
  readonly first: number;
  readonly cells: number;
}

/** Runs of cells that lie side by side, for they belong to one layer. */
function tilesOf(layers: readonly number[], from: number, to: number): CellRun[] {
  const tiles: CellRun[] = [];
  for (let first = from; first < to; ) {
    const { layer, unit } = placeOf(layers, first);
    const cells = Math.min(TILE_CELLS, to - first, layers[layer]! - unit);
    tiles.push({ first, cells });
    first += cells;
  }
  return tiles;
}

function notFinite(layout: Layout, cell: number, signal: Signal, batch: Batch, values: Strided): InputError {
  const value = (row: number) => values.data[values.offset + row * values.stride]!;
  const index = batch.rows.findIndex((row) => !Number.isFinite(value(row)));
  const { layer, unit } = placeOf(layout.layers, cell);
  return new InputError(
    `Signal ${signal} of cell ${cellId(layer + 1, unit)} is ${value(batch.rows[index]!)} at character ${batch.positions[index]}`,
    {},
    'Check the weights for NaN and for values that overflow: a signal that is not a number cannot be scored.',
  );
}
