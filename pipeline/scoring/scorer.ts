// The way in: signals of a whole text, window by window in any order, and out of them the scores. Shards of a text may be
// read apart, on several machines say: each leaves a tally of every cell, and all of them together give the very scores of
// the text read as a whole.
import { availableParallelism } from 'node:os';
import { InputError } from '../base/errors.ts';
import { Coverage, Opening, Stager } from './intake.ts';
import type { ScoringPlan } from './plan/plan.ts';
import { judgedShard, type ShardRange } from './plan/segments.ts';
import { assemble, type ScoringResult } from './results.ts';
import { type BinEdges, columnsOf } from './tally/bin-edges.ts';
import type { CellRange, SignalWindow } from './tally/staging.ts';
import type { PartitionResult, ShardTally } from './threads/partition.ts';
import type { EdgesOf } from './threads/partitions.ts';

export interface Scorer {
  /** Starts anew: whatever was added before does not count. */
  begin(): void;
  /**
   * Takes in a window; every character of the text must be in just one. The first windows are kept until they hold
   * enough training characters, from which the bins are fixed; so they should come from all over the text.
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
  return new StreamingScorer(plan, workers);
}

/** The edges that an opening fixes, for the partitions to take theirs from. */
export function edgesFrom(opening: Pick<Opening, 'edges'>, { signals }: ScoringPlan): EdgesOf {
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

export interface ShardScorer {
  /**
   * Takes in a window; every character of the shard must be in just one, and those of a segment in the order of the text.
   * @throws InputError if a value is not finite, or a character is given twice or is not of the shard
   */
  add(window: SignalWindow): Promise<void>;
  /** @returns tallies of neighbouring cells, in order. @throws InputError if characters are missing */
  collect(): Promise<ShardTally[]>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * @param opening the first windows of the whole text, which every shard must fix its bins from; or what was fixed from them
 * @param workers threads; 0 does everything in this one
 * @param cells which are tallied; all where left out
 */
export function createShardScorer(
  plan: ScoringPlan,
  range: ShardRange,
  opening: Pick<Opening, 'edges'>,
  workers = availableParallelism(),
  cells?: CellRange,
): ShardScorer {
  const coverage = new Coverage(range.start, range.end);
  const stager = new Stager(plan, workers, edgesFrom(opening, plan), cells);
  return {
    async add(window) {
      coverage.mark(window.positions);
      await stager.stage(window);
    },
    async collect() {
      coverage.checkComplete();
      await stager.settle();
      return stager.threads.partitions.collect(judgedShard(range, plan.judge.positions));
    },
    close: () => stager.close(),
  };
}

/** What one shard left, wherever it is kept. */
export interface TalliedShard {
  readonly range: ShardRange;
  /** Bins of the columns [from, to). */
  edges(from: number, to: number): BinEdges;
  /** The tally of the cells [from, to). */
  tally(from: number, to: number): ShardTally;
}

/**
 * Adds tallies up and judges the sum. They are read a few cells at a time, one after the other.
 * @param shards which make up the text together, with the same bins
 * @param workers threads; 0 does everything in this one
 */
export async function scoreTallies(
  plan: ScoringPlan,
  shards: readonly TalliedShard[],
  workers = availableParallelism(),
): Promise<ScoringResult> {
  return assemble(plan, await judgeTallies(plan, shards, workers));
}

/**
 * The same of some cells, to be brought together with the others' by `assemble`, in the order of the cells. Memory is that of
 * these cells.
 * @param cells all where left out
 */
export async function judgeTallies(
  plan: ScoringPlan,
  shards: readonly TalliedShard[],
  workers = availableParallelism(),
  cells?: CellRange,
): Promise<PartitionResult[]> {
  checkTiling(shards, plan.sampleRow.length);
  const width = plan.signals.length;
  const edgesOf = (from: number, to: number) => shards[0]!.edges(from * width, to * width);
  const stager = new Stager(plan, workers, edgesOf, cells);
  try {
    const { partitions, cells } = stager.threads;
    for (const [number, [from, to]] of cells.entries()) {
      for (const { range, tally } of shards) {
        await partitions.merge(number, judgedShard(range, plan.judge.positions), tally(from, to));
      }
    }
    return await stager.results();
  } finally {
    await stager.close();
  }
}

function checkTiling(shards: readonly TalliedShard[], length: number): void {
  let end = 0;
  for (const { range } of shards) {
    if (range.start !== end) break;
    end = range.end;
  }
  if (end === length) return;
  throw new InputError(
    `The shards do not make up the text: after character ${end} something is missing or there twice.`,
    {},
    'Merge all shards of one text, each once.',
  );
}
