// How windows of signals come in: each character once, the first windows fix the bins, and the rows that matter are staged
// for the partitions.
import { InputError } from '../base/errors.ts';
import type { ScoringPlan } from './plan/plan.ts';
import { assemble, type ScoringResult } from './results.ts';
import { type BinEdges, createBinEdges, fixColumn } from './tally/bin-edges.ts';
import {
  allCells,
  type CellRange,
  columnOf,
  countCells,
  type Layout,
  type SignalWindow,
  stageRow,
  stagingLength,
} from './tally/staging.ts';
import type { PartitionResult } from './threads/partition.ts';
import { BUFFERS, type EdgesOf, type ScoringThreads, startThreads } from './threads/partitions.ts';

/** Which characters of a text, or of a shard, have been given their signals: each must be, once. */
export class Coverage {
  readonly #start: number;
  readonly #seen: Uint8Array;

  /** Of the characters from `start` up to, not including, `end`. */
  constructor(start: number, end: number) {
    this.#start = start;
    this.#seen = new Uint8Array(end - start);
  }

  clear(): void {
    this.#seen.fill(0);
  }

  /**
   * @param positions -1 for what is no character
   * @throws InputError a character that was given before, or is none of these
   */
  mark(positions: Int32Array): void {
    for (const position of positions) {
      if (position < 0) continue;
      const index = position - this.#start;
      if (this.#seen[index] !== 0) {
        const why = index >= 0 && index < this.#seen.length ? 'were given twice' : 'are of no character here';
        throw new InputError(
          `The signals of character ${position} ${why}`,
          {},
          'Give every character of the text in just one window.',
        );
      }
      this.#seen[index] = 1;
    }
  }

  /** @throws InputError a character that is missing */
  checkComplete(): void {
    const missing = this.#seen.indexOf(0);
    if (missing < 0) return;
    throw new InputError(
      `The signals of character ${this.#start + missing} are missing`,
      {},
      'Trace the whole text before finishing its scores.',
    );
  }
}

/** Training characters from which bin edges are fixed. */
const OPENING_ROWS = 2048;

/** The windows that come first, kept until they hold enough training rows to fix the bins of every column from. */
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
    const edges = createBinEdges(countCells(layers) * signals.length);
    const sample = Int32Array.from({ length: layout.capacity }, (_, row) => row);
    for (let column = 0; column < edges.columns; column++) {
      const cell = Math.floor(column / signals.length);
      fixColumn(edges, column, columnOf(layout, data, cell, signals[column % signals.length]!), sample);
    }
    return edges;
  }

  #trainingRows({ positions }: SignalWindow): Int32Array {
    const { trainRows } = this.#plan;
    return Int32Array.from(positions.keys()).filter((row) => trainRows[positions[row]!] === 1);
  }
}

/** Rows that are handed to the partitions at a time. */
const STAGED_ROWS = 1024;

/** Hands the rows that matter on to the partitions, a buffer at a time: while one is read the other is filled. */
export class Stager {
  readonly #plan: ScoringPlan;
  readonly #layout: Layout;
  readonly #threads: ScoringThreads;

  /**
   * @param workers threads, of which no more are started than there are cells; 0 does everything in this one
   * @param cells which are scored
   */
  constructor(plan: ScoringPlan, workers: number, edgesOf: EdgesOf, cells: CellRange = allCells(plan.layers)) {
    this.#plan = plan;
    this.#layout = { layers: plan.layers, signals: plan.signals, capacity: STAGED_ROWS };
    this.#threads = startThreads(plan, Math.min(workers, cells[1] - cells[0]), this.#layout, edgesOf, cells);
  }

  /** The partitions, and which cells each of them has. */
  get threads(): Pick<ScoringThreads, 'partitions' | 'cells'> {
    return this.#threads;
  }

  /** @returns once the window's arrays may be used for something else */
  async stage(window: SignalWindow): Promise<void> {
    const { sampleRow, trainRows } = this.#plan;
    const threads = this.#threads;
    for (let row = 0; row < window.positions.length; row++) {
      const position = window.positions[row]!;
      if (position < 0) continue;
      if (trainRows[position] !== 1 && sampleRow[position]! < 0) continue;
      if (threads.staged === 0) await threads.pending[threads.filling];
      stageRow(this.#layout, threads.stagings[threads.filling]!, threads.staged, window, row);
      threads.positions[threads.staged] = position;
      threads.staged += 1;
      if (threads.staged === STAGED_ROWS) this.#handOver();
    }
  }

  /** Waits until everything staged is tallied. */
  async settle(): Promise<void> {
    this.#handOver();
    await Promise.all(this.#threads.pending);
  }

  async finish(): Promise<ScoringResult> {
    return assemble(this.#plan, await this.results());
  }

  /** What is found of each partition's cells, before any are compared with those of others. */
  async results(): Promise<PartitionResult[]> {
    await this.settle();
    return this.#threads.partitions.finish();
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.#threads.partitions.close();
  }

  #handOver(): void {
    const threads = this.#threads;
    if (threads.staged === 0) return;
    const added = threads.partitions.add(threads.filling, threads.positions.slice(0, threads.staged));
    added.catch(() => {}); // it is waited for, and throws, where the buffer is next wanted
    threads.pending[threads.filling] = added;
    threads.filling = (threads.filling + 1) % BUFFERS;
    threads.staged = 0;
  }
}
