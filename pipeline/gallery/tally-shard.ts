// Traces and tallies one shard of a text; what it leaves adds up with the other shards to the scores of all of it.
import { createProgress } from '../base/progress.ts';
import { Opening } from '../scoring/intake.ts';
import type { ShardRange } from '../scoring/plan/segments.ts';
import { createShardScorer, type ShardScorer } from '../scoring/scorer.ts';
import type { ShardTally } from '../scoring/threads/partition.ts';
import { type ReadWindow, signalRows } from '../trace/read.ts';
import { readShard, type ShardEnds } from '../trace/shard.ts';
import type { Measurement } from './measure.ts';
import { type ActivationsMeasurement, planActivations, readWindows } from './measure-activations.ts';

/** Of neighbouring cells each, and where the reading began and ended; nowhere where none had to be carried. */
export interface TalliedCells {
  readonly tallies: readonly ShardTally[];
  readonly ends: ShardEnds | null;
}

/** Reads a shard of the text and tallies every cell as the plan says. */
export async function tallyShard(measurement: Measurement, range: ShardRange): Promise<TalliedCells> {
  const { architecture, sequence, plan, title, workers } = measurement;
  const opening = new Opening(plan);
  const rowsOf = (window: ReadWindow) => signalRows(window, architecture);
  const progress = createProgress({ title, total: range.end - range.start, unit: sequence.unit });
  let scorer: ShardScorer | undefined;
  try {
    const ends = await readShard({
      ...measurement,
      ...range,
      progress: (characters) => progress.advance(characters),
      opening: (window) => opening.keep(rowsOf(window)),
      window(window) {
        scorer ??= createShardScorer(plan, range, opening, workers);
        return scorer.add(rowsOf(window));
      },
    });
    return { tallies: await scorer!.collect(), ends };
  } finally {
    progress.finish();
    await scorer?.close();
  }
}

/** The same out of a file of activations, of which only the shard and the opening are read. */
export async function tallyActivationsShard(
  { labelled, title, workers }: Omit<ActivationsMeasurement, 'book' | 'training'>,
  range: ShardRange,
): Promise<TalliedCells> {
  const plan = planActivations(labelled);
  const { activations } = labelled;
  const opening = new Opening(plan);
  for (const { rows } of readWindows(activations)) if (opening.keep(rows)) break;
  const scorer = createShardScorer(plan, range, opening, workers);
  const progress = createProgress({ title, total: range.end - range.start, unit: 'characters' });
  try {
    for (const { pieced, rows } of readWindows(activations, range)) {
      progress.advance(pieced.segments.reduce((sum, { length }) => sum + length, 0));
      await scorer.add(rows);
    }
    return { tallies: await scorer.collect(), ends: null };
  } finally {
    progress.finish();
    await scorer.close();
  }
}
