// Scores of a text whose parts are read apart, on several machines say: each leaves a tally of every cell, and all of
// them together give the very scores of the text read as a whole.
import { availableParallelism } from 'node:os';
import { InputError } from '../base/errors.ts';
import { Coverage } from './coverage.ts';
import type { Opening } from './opening.ts';
import type { ScoringPlan } from './plan.ts';
import type { ScoringResult } from './results.ts';
import { edgesFrom } from './scorer.ts';
import { judgedShard, type ShardRange } from './segments.ts';
import { Stager } from './stager.ts';
import type { BinEdges } from './tally/bin-edges.ts';
import { countCells, type SignalWindow } from './tally/staging.ts';
import type { ShardTally } from './threads/partition.ts';

export interface ShardScorer {
  /**
   * Takes in a window; every character of the part must be in just one, and those of a segment in the order of the text.
   * @throws InputError if a value is not finite, or a character is given twice or is not of the part
   */
  add(window: SignalWindow): Promise<void>;
  /** @returns the cells' tallies, in runs of neighbours. @throws InputError if characters are missing */
  collect(): Promise<ShardTally[]>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * @param opening the first windows of the whole text, which every shard must fix its bins from
 * @param workers threads; 0 does everything in this one
 */
export function createShardScorer(
  plan: ScoringPlan,
  part: ShardRange,
  opening: Opening,
  workers = availableParallelism(),
): ShardScorer {
  const coverage = new Coverage(part.start, part.end);
  const stager = new Stager(plan, Math.min(workers, countCells(plan.layers)), edgesFrom(opening, plan));
  return {
    async add(window) {
      coverage.mark(window.positions);
      await stager.stage(window);
    },
    async collect() {
      coverage.checkComplete();
      await stager.settle();
      return stager.run.partitions.collect(judgedShard(part, plan.judge.positions, plan.segments));
    },
    close: () => stager.close(),
  };
}

/** What one shard left, wherever it is kept. */
export interface TalliedPart {
  readonly part: ShardRange;
  /** Bins of the columns [from, to). */
  edges(from: number, to: number): BinEdges;
  /** The tally of the cells [from, to). */
  tally(from: number, to: number): ShardTally;
}

/**
 * Adds tallies up and judges the sum. They are read a few cells at a time, one after the other.
 * @param parts which make up the text together, with the same bins
 * @param workers threads; 0 does everything in this one
 */
export async function scoreTallies(
  plan: ScoringPlan,
  parts: readonly TalliedPart[],
  workers = availableParallelism(),
): Promise<ScoringResult> {
  checkTiling(parts, plan.sampleRow.length);
  const width = plan.signals.length;
  const edgesOf = (from: number, to: number) => parts[0]!.edges(from * width, to * width);
  const stager = new Stager(plan, Math.min(workers, countCells(plan.layers)), edgesOf);
  try {
    const { partitions, cells } = stager.run;
    for (const [number, [from, to]] of cells.entries()) {
      for (const { part, tally } of parts) {
        await partitions.merge(number, judgedShard(part, plan.judge.positions, plan.segments), tally(from, to));
      }
    }
    return await stager.finish();
  } finally {
    await stager.close();
  }
}

function checkTiling(parts: readonly TalliedPart[], length: number): void {
  let end = 0;
  for (const { part } of parts) {
    if (part.start !== end) break;
    end = part.end;
  }
  if (end === length) return;
  throw new InputError(
    `The parts do not make up the text: after character ${end} something is missing or there twice.`,
    {},
    'Merge all shards of one text, each once.',
  );
}
