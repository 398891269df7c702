// The bins of a partition's columns at staged rows, found for many columns whose values lie side by side.
import { cellId } from '../../base/cell-ids.ts';
import { InputError } from '../../base/errors.ts';
import type { Signal } from '../../base/signals.ts';
import { instantiate, reserve } from '../../statistics/kernels.ts';
import { BINS, type BinEdges, type Strided } from './bin-edges.ts';
import { columnOf, type Layout, placeOf } from './staging.ts';

/** Neighbouring columns of a row-major matrix: entry (r, k) is `data[offset + rows[r] * stride + k]`. */
export interface Tile {
  readonly data: Float32Array;
  readonly offset: number;
  readonly stride: number;
  /** At least one. */
  readonly rows: Int32Array;
  readonly columns: number;
}

/** Edges are searched in two steps: which sixteen of them, and then which one. These are the last of each sixteen. */
const BLOCK = 16;
const BLOCK_BYTES = BLOCK * Float32Array.BYTES_PER_ELEMENT;
const EDGE_BYTES = BINS * Float32Array.BYTES_PER_ELEMENT;

/** See bin-values.wat. */
type BinValues = (value: number, end: number, stride: number, edges: number, bins: number) => number;

/** In WebAssembly's memory lie the edges of one column, the last of each block again, the bins, and the tile. */
export class Binner {
  readonly #memory = new WebAssembly.Memory({ initial: 0 });
  readonly #kernel = instantiate<{ binValues: BinValues }>('bin-values', this.#memory);
  #rows = 0;
  #columns = 0;

  load({ data, offset, stride, rows, columns }: Tile): void {
    this.#rows = rows.length;
    this.#columns = columns;
    const start = this.#addressOfTile();
    reserve(this.#memory, start + rows.length * columns * Float32Array.BYTES_PER_ELEMENT);
    const tile = new Float32Array(this.#memory.buffer, start);
    for (let row = 0; row < rows.length; row++) {
      const from = offset + rows[row]! * stride;
      tile.set(data.subarray(from, from + columns), row * columns);
    }
  }

  /**
   * The bins of the tile's k-th column by the edges of `column`, which hold until the next call; null if any of its
   * values is not finite.
   */
  bin({ edges }: BinEdges, column: number, k: number): Uint8Array | null {
    const searched = new Float32Array(this.#memory.buffer, 0, BINS + BLOCK);
    searched.set(edges.subarray(column * BINS, (column + 1) * BINS));
    for (let block = 0; block < BLOCK; block++) searched[BINS + block] = searched[block * BLOCK + BLOCK - 1]!;
    const stride = this.#columns * Float32Array.BYTES_PER_ELEMENT;
    const first = this.#addressOfTile() + k * Float32Array.BYTES_PER_ELEMENT;
    const finite = this.#kernel.binValues(first, first + this.#rows * stride, stride, 0, ADDRESS_OF_BINS) === 0;
    return finite ? new Uint8Array(this.#memory.buffer, ADDRESS_OF_BINS, this.#rows) : null;
  }

  /** Copies the tile's k-th column to `to`, from `start` on. @returns whether all of its values are finite */
  copy(k: number, to: Float32Array, start: number): boolean {
    const columns = this.#columns;
    const tile = new Float32Array(this.#memory.buffer, this.#addressOfTile(), this.#rows * columns);
    let check = 0;
    for (let row = 0, from = k; row < this.#rows; row++, from += columns) {
      const value = tile[from]!;
      to[start + row] = value;
      check += value - value; // not 0 of what is not finite
    }
    return check === 0;
  }

  #addressOfTile(): number {
    return Math.ceil((ADDRESS_OF_BINS + this.#rows) / BLOCK_BYTES) * BLOCK_BYTES;
  }
}

const ADDRESS_OF_BINS = EDGE_BYTES + BLOCK_BYTES;

/** Neighbouring cells that are binned together: their rows stay in the cache from cell to cell. */
const TILE_CELLS = 64;

/** Some of the staged rows, and the text positions of their characters. */
export interface Batch {
  readonly staging: Float32Array;
  readonly rows: Int32Array;
  readonly positions: Int32Array;
}

/** Goes through all columns of a batch, in any order; each throws an InputError if a value is not finite. */
export interface Columns {
  /** @param take gets a column's bins at the batch's rows, which hold until the next column */
  bins(batch: Batch, take: (column: number, bins: Uint8Array) => void): void;
  /** Copies each column's values to `to`. @param startOf where those of a column begin there */
  values(batch: Batch, to: Float32Array, startOf: (column: number) => number): void;
}

/** Of the cells [from, to), whose columns have the edges. */
export function createColumns(layout: Layout, from: number, to: number, edges: BinEdges): Columns {
  const binner = new Binner();
  const tiles = tilesOf(layout.layers, from, to);
  /** @param take of the k-th column of the tile that is loaded; whether all is finite */
  function forEach(batch: Batch, take: (column: number, k: number) => boolean): void {
    if (batch.rows.length === 0) return;
    layout.signals.forEach((signal, signalIndex) => {
      for (const { first, cells } of tiles) {
        const tile = columnOf(layout, batch.staging, first, signal);
        binner.load({ ...tile, rows: batch.rows, columns: cells });
        for (let k = 0; k < cells; k++) {
          const column = (first + k - from) * layout.signals.length + signalIndex;
          if (take(column, k)) continue;
          throw notFinite(layout, first + k, signal, batch, { ...tile, offset: tile.offset + k });
        }
      }
    });
  }
  return {
    bins(batch, take) {
      forEach(batch, (column, k) => {
        const bins = binner.bin(edges, column, k);
        if (bins !== null) take(column, bins);
        return bins !== null;
      });
    },
    values(batch, values, startOf) {
      forEach(batch, (column, k) => binner.copy(k, values, startOf(column)));
    },
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
