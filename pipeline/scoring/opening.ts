// The windows that come first, kept until they hold enough training rows to fix the bins of every column from.

import type { ScoringPlan } from './plan.ts';
import { type BinEdges, createBinEdges, fixColumn } from './tally/bin-edges.ts';
import { columnOf, type Layout, type SignalWindow, stageRow, stagingLength } from './tally/staging.ts';

/** Training characters from which bin edges are fixed. */
const OPENING_ROWS = 2048;

export class Opening {
  readonly #plan: ScoringPlan;
  readonly #windows: SignalWindow[] = [];
  #trained = 0;

  constructor(plan: ScoringPlan) {
    this.#plan = plan;
  }

  /** The windows that it has kept. */
  get windows(): readonly SignalWindow[] {
    return this.#windows;
  }

  /** Keeps a window. @returns whether there are enough now */
  keep(window: SignalWindow): boolean {
    this.#windows.push(window);
    this.#trained += this.#trainingRows(window).length;
    return this.#trained >= OPENING_ROWS;
  }

  /** The edges of all columns, from evenly spaced training rows of the windows. */
  edges(): BinEdges {
    const { layers, signals } = this.#plan;
    const rows = this.#windows.flatMap((window) => Array.from(this.#trainingRows(window), (row) => ({ window, row })));
    const layout: Layout = { layers, signals, capacity: Math.min(rows.length, OPENING_ROWS) };
    const data = new Float32Array(stagingLength(layout));
    for (let index = 0; index < layout.capacity; index++) {
      const { window, row } = rows[Math.floor((index * rows.length) / layout.capacity)]!;
      stageRow(layout, data, index, window, row);
    }
    return edgesFrom(layout, data);
  }

  #trainingRows({ positions }: SignalWindow): Int32Array {
    const { trainRows } = this.#plan;
    return Int32Array.from(positions.keys()).filter((row) => trainRows[positions[row]!] === 1);
  }
}

/** @param data of a layout that is full */
function edgesFrom(layout: Layout, data: Float32Array): BinEdges {
  const { signals } = layout;
  const cells = layout.layers.reduce((sum, units) => sum + units, 0);
  const edges = createBinEdges(cells * signals.length);
  const rows = Int32Array.from({ length: layout.capacity }, (_, row) => row);
  for (let column = 0; column < edges.columns; column++) {
    const cell = Math.floor(column / signals.length);
    fixColumn(edges, column, columnOf(layout, data, cell, signals[column % signals.length]!), rows);
  }
  return edges;
}
