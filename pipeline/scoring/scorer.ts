// The way in: signals of a whole text, window by window in any order, and out of them the scores.
import { availableParallelism } from 'node:os';
import { Coverage } from './coverage.ts';
import { Opening } from './opening.ts';
import type { ScoringPlan } from './plan.ts';
import type { ScoringResult } from './results.ts';
import { Stager } from './stager.ts';
import { columnsOf } from './tally/bin-edges.ts';
import { countCells, type SignalWindow } from './tally/staging.ts';
import type { EdgesOf } from './threads/run.ts';

export interface Scorer {
  /** Starts anew: whatever was added before does not count. */
  begin(): void;
  /**
   * Takes in a window; every character of the text must be in just one. The first windows are kept until they hold
   * enough training characters, from which the bins are fixed; so they should come from all over the text.
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

/** The edges that an opening fixes, for the partitions to take theirs from. */
export function edgesFrom(opening: Opening, { signals }: ScoringPlan): EdgesOf {
  const edges = opening.edges();
  return (from, to) => columnsOf(edges, from * signals.length, to * signals.length);
}

class StreamingScorer implements Scorer {
  readonly #plan: ScoringPlan;
  readonly #workers: number;
  readonly #coverage: Coverage;
  #opening: Opening;
  #stager: Stager | null = null;

  constructor(plan: ScoringPlan, workers: number) {
    this.#plan = plan;
    this.#workers = workers;
    this.#coverage = new Coverage(0, plan.sampleRow.length);
    this.#opening = new Opening(plan);
  }

  begin(): void {
    void this.close();
    this.#opening = new Opening(this.#plan);
    this.#coverage.clear();
  }

  async add(window: SignalWindow): Promise<void> {
    try {
      this.#coverage.mark(window.positions);
      if (this.#stager !== null) await this.#stager.stage(window);
      else if (this.#opening.keep(window)) await this.#open();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async finish(): Promise<ScoringResult> {
    try {
      this.#coverage.checkComplete();
      const stager = this.#stager ?? (await this.#open());
      return await stager.finish();
    } finally {
      await this.close();
    }
  }

  async settle(): Promise<void> {
    const stager = this.#stager ?? (await this.#open());
    await stager.settle();
  }

  async close(): Promise<void> {
    const stager = this.#stager;
    this.#stager = null;
    await stager?.close();
  }

  /** Fixes the bins, starts the partitions, and hands over what has been kept. */
  async #open(): Promise<Stager> {
    const opening = this.#opening;
    this.#opening = new Opening(this.#plan);
    const stager = new Stager(this.#plan, this.#workers, edgesFrom(opening, this.#plan));
    this.#stager = stager;
    for (const window of opening.windows) await stager.stage(window);
    return stager;
  }
}
