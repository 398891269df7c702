// The way in: signals of a whole text, window by window in any order, and out of them the scores.

import { availableParallelism } from 'node:os';
import { InputError } from '../errors.ts';
import type { ScoringPlan } from './plan.ts';
import { assemble, type ScoringResult } from './results.ts';
import { BUFFERS, type OpeningSample, type Run, startRun } from './run.ts';
import { countCells, type Layout, type SignalWindow, stageRow, stagingLength } from './staging.ts';

/** Training characters from which bin edges and domains are fixed. */
const OPENING_ROWS = 2048;

/** Rows that are handed to the partitions at a time. */
const STAGED_ROWS = 1024;

export interface Scorer {
  /** Starts anew: whatever was added before does not count. */
  begin(): void;
  /**
   * Takes in a window; every character of the text must be in just one. The first windows are kept until they hold
   * {@link OPENING_ROWS} training characters, from which the bins are fixed; so they should come from all over the text.
   *
   * @returns once the window's arrays may be used for something else, but for those of the first windows
   * @throws InputError if a value is not finite or a character is given twice
   */
  add(window: SignalWindow): Promise<void>;
  /** Waits until everything added is tallied; `finish` does so too. */
  settle(): Promise<void>;
  /** @throws InputError if characters are missing */
  finish(): Promise<ScoringResult>;
  /** Ends the threads; needed only where neither `finish` is reached nor an error thrown. */
  close(): Promise<void>;
}

/** @param workers threads; 0 does everything in this one */
export function createScorer(plan: ScoringPlan, workers = availableParallelism()): Scorer {
  return new StreamingScorer(plan, Math.min(workers, countCells(plan.layers)));
}

class StreamingScorer implements Scorer {
  readonly #plan: ScoringPlan;
  readonly #workers: number;
  readonly #layout: Layout;
  #opening: SignalWindow[] = [];
  #seen: Uint8Array;
  #run: Run | null = null;

  constructor(plan: ScoringPlan, workers: number) {
    this.#plan = plan;
    this.#workers = workers;
    this.#layout = { layers: plan.layers, signals: plan.signals, capacity: STAGED_ROWS };
    this.#seen = new Uint8Array(plan.sampleRow.length);
  }

  begin(): void {
    void this.#run?.partitions.close();
    this.#run = null;
    this.#opening = [];
    this.#seen.fill(0);
  }

  async add(window: SignalWindow): Promise<void> {
    try {
      this.#mark(window.positions);
      if (this.#run !== null) await this.#stage(this.#run, window);
      else await this.#keep(window);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  #mark(positions: Int32Array): void {
    for (const position of positions) {
      if (position < 0) continue;
      if (this.#seen[position] !== 0) {
        throw new InputError(
          `The signals of character ${position} ${position < this.#seen.length ? 'were given twice' : 'lie beyond the end of the text'}`,
          {},
          'Give every character of the text in just one window.',
        );
      }
      this.#seen[position] = 1;
    }
  }

  async #keep(window: SignalWindow): Promise<void> {
    this.#opening.push(window);
    const trained = this.#opening.reduce((sum, { positions }) => sum + this.#trainingRows(positions).length, 0);
    if (trained >= OPENING_ROWS) await this.#open();
  }

  async finish(): Promise<ScoringResult> {
    try {
      this.#checkComplete();
      await this.settle();
      const run = this.#run!;
      const parts = await run.partitions.finish();
      return assemble(this.#plan, parts, run.sampleBytes);
    } finally {
      await this.close();
    }
  }

  #checkComplete(): void {
    const missing = this.#seen.indexOf(0);
    if (missing < 0) return;
    throw new InputError(
      `The signals of character ${missing} are missing`,
      {},
      'Trace the whole text before finishing its scores.',
    );
  }

  async settle(): Promise<void> {
    if (this.#run === null) await this.#open();
    await this.#handOver(this.#run!);
    await Promise.all(this.#run!.pending);
  }

  async close(): Promise<void> {
    await this.#run?.partitions.close();
    this.#run = null;
  }

  #trainingRows(positions: Int32Array): Int32Array {
    const { trainRows } = this.#plan;
    return Int32Array.from(positions.keys()).filter((row) => trainRows[positions[row]!] === 1);
  }

  /** Fixes edges and domains, starts the partitions, and hands over what has been kept. */
  async #open(): Promise<void> {
    const run = startRun(this.#plan, this.#workers, this.#layout, this.#openingSample());
    this.#run = run;
    for (const window of this.#opening.splice(0)) await this.#stage(run, window);
  }

  /** Evenly spaced training rows of the first windows. */
  #openingSample(): OpeningSample {
    const rows = this.#opening.flatMap((window) =>
      Array.from(this.#trainingRows(window.positions), (row) => ({ window, row })),
    );
    const capacity = Math.min(rows.length, OPENING_ROWS);
    const layout = { ...this.#layout, capacity };
    const data = new Float32Array(stagingLength(layout));
    for (let index = 0; index < capacity; index++) {
      const { window, row } = rows[Math.floor((index * rows.length) / capacity)]!;
      stageRow(layout, data, index, window, row);
    }
    return { layout, data };
  }

  async #stage(run: Run, window: SignalWindow): Promise<void> {
    const { sampleRow, trainRows } = this.#plan;
    for (let row = 0; row < window.positions.length; row++) {
      const position = window.positions[row]!;
      if (position < 0) continue;
      if (trainRows[position] !== 1 && sampleRow[position]! < 0) continue;
      if (run.staged === 0) await run.pending[run.filling];
      stageRow(this.#layout, run.stagings[run.filling]!, run.staged, window, row);
      run.positions[run.staged] = position;
      run.staged += 1;
      if (run.staged === STAGED_ROWS) await this.#handOver(run);
    }
  }

  async #handOver(run: Run): Promise<void> {
    if (run.staged === 0) return;
    const added = run.partitions.add(run.filling, run.positions.slice(0, run.staged));
    added.catch(() => {}); // it is waited for, and throws, where the buffer is next wanted
    run.pending[run.filling] = added;
    run.filling = (run.filling + 1) % BUFFERS;
    run.staged = 0;
  }
}
