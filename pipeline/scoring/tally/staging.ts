// Where rows of signals wait, between the trace that gives them out and the partitions that take them in.
import { sum } from 'd3-array';
import type { Signal } from '../../base/signals.ts';
import type { Strided } from './bin-edges.ts';

/**
 * Floats between two rows of a layer's signal. Widths of layers are powers of two, and columns read in strides of a
 * power of two would fall into a few sets of the processor's cache.
 */
const PADDING = 16;

/** Rows of the signals of all layers: a matrix [capacity, units + PADDING] for each layer and signal, one after another. */
export interface Layout {
  /** Units of each layer. */
  readonly layers: readonly number[];
  /** Those that are scored, in the order of SIGNALS. */
  readonly signals: readonly Signal[];
  /** Rows that fit. */
  readonly capacity: number;
}

/** A cell's number counts through all layers. Its columns are `cell * signals.length + signal`. */
export interface CellPlace {
  readonly layer: number;
  readonly unit: number;
}

export function countCells(layers: readonly number[]): number {
  return sum(layers);
}

/** The cells from a number up to, not including, another. */
export type CellRange = readonly [from: number, to: number];

export const allCells = (layers: readonly number[]): CellRange => [0, countCells(layers)];

/** @returns the layer, from 0, and the unit in it */
export function placeOf(layers: readonly number[], cell: number): CellPlace {
  let unit = cell;
  let layer = 0;
  while (unit >= layers[layer]!) {
    unit -= layers[layer]!;
    layer += 1;
  }
  return { layer, unit };
}

/** Floats that a layout takes. */
export function stagingLength({ layers, signals, capacity }: Layout): number {
  return layers.reduce((sum, units) => sum + capacity * signals.length * (units + PADDING), 0);
}

/** Where a row of one layer's signal begins. */
export function rowOffset(layout: Layout, layer: number, signal: Signal, row: number): number {
  const { layers, signals, capacity } = layout;
  const before = stagingLength({ ...layout, layers: layers.slice(0, layer) });
  return before + (signals.indexOf(signal) * capacity + row) * (layers[layer]! + PADDING);
}

/** One cell's signal, as {@link fixColumn} and {@link binColumn} read it. */
export function columnOf(layout: Layout, data: Float32Array, cell: number, signal: Signal): Strided {
  const { layer, unit } = placeOf(layout.layers, cell);
  return { data, offset: rowOffset(layout, layer, signal, 0) + unit, stride: layout.layers[layer]! + PADDING };
}

/** Some characters' signals as a trace gives them out, rows in any order. */
export interface SignalWindow {
  /** Position in the text of each row's character; -1 for a row that is padding. */
  readonly positions: Int32Array;
  /** For each layer and scored signal [rows, units], row-major. */
  readonly layers: readonly Readonly<Partial<Record<Signal, Float32Array>>>[];
}

/** Copies one row of a window to a row of the staging. */
export function stageRow(layout: Layout, data: Float32Array, row: number, window: SignalWindow, from: number): void {
  layout.layers.forEach((units, layer) => {
    for (const signal of layout.signals) {
      const source = window.layers[layer]![signal]!;
      data.set(source.subarray(from * units, (from + 1) * units), rowOffset(layout, layer, signal, row));
    }
  });
}
