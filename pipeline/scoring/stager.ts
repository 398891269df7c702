// Hands the rows of windows that matter on to the partitions, a buffer at a time: while one is read the other is filled.

import type { ScoringPlan } from './plan.ts';
import { assemble, type ScoringResult } from './results.ts';
import { type Layout, type SignalWindow, stageRow } from './tally/staging.ts';
import type { PartitionResult } from './threads/partition.ts';
import { BUFFERS, type EdgesOf, type Run, startRun } from './threads/run.ts';

/** Rows that are handed to the partitions at a time. */
const STAGED_ROWS = 1024;

export class Stager {
  readonly #plan: ScoringPlan;
  readonly #layout: Layout;
  readonly #run: Run;

  /** @param workers threads; 0 does everything in this one */
  constructor(plan: ScoringPlan, workers: number, edgesOf: EdgesOf) {
    this.#plan = plan;
    this.#layout = { layers: plan.layers, signals: plan.signals, capacity: STAGED_ROWS };
    this.#run = startRun(plan, workers, this.#layout, edgesOf);
  }

  /** The partitions, and which cells each of them has. */
  get run(): Pick<Run, 'partitions' | 'cells'> {
    return this.#run;
  }

  /** @returns once the window's arrays may be used for something else */
  async stage(window: SignalWindow): Promise<void> {
    const { sampleRow, trainRows } = this.#plan;
    const run = this.#run;
    for (let row = 0; row < window.positions.length; row++) {
      const position = window.positions[row]!;
      if (position < 0) continue;
      if (trainRows[position] !== 1 && sampleRow[position]! < 0) continue;
      if (run.staged === 0) await run.pending[run.filling];
      stageRow(this.#layout, run.stagings[run.filling]!, run.staged, window, row);
      run.positions[run.staged] = position;
      run.staged += 1;
      if (run.staged === STAGED_ROWS) this.#handOver();
    }
  }

  /** Waits until everything staged is tallied. */
  async settle(): Promise<void> {
    this.#handOver();
    await Promise.all(this.#run.pending);
  }

  async finish(): Promise<ScoringResult> {
    await this.settle();
    const parts: PartitionResult[] = await this.#run.partitions.finish();
    return assemble(this.#plan, parts, this.#run);
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.#run.partitions.close();
  }

  #handOver(): void {
    const run = this.#run;
    if (run.staged === 0) return;
    const added = run.partitions.add(run.filling, run.positions.slice(0, run.staged));
    added.catch(() => {}); // it is waited for, and throws, where the buffer is next wanted
    run.pending[run.filling] = added;
    run.filling = (run.filling + 1) % BUFFERS;
    run.staged = 0;
  }
}
