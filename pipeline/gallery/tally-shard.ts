// Traces and tallies one part of a text; what it leaves adds up with the other parts to the scores of all of it.
import { createProgress } from '../base/progress.ts';
import { Opening } from '../scoring/opening.ts';
import type { ShardRange } from '../scoring/segments.ts';
import { createShardScorer, type ShardScorer } from '../scoring/shards.ts';
import type { ShardTally } from '../scoring/threads/partition.ts';
import type { ReadWindow } from '../trace/read.ts';
import { signalRows } from '../trace/rows.ts';
import { type PartEnds, readPart } from '../trace/shard.ts';
import type { Measurement } from './measure.ts';
import { type ActivationsMeasurement, planActivations, readWindows } from './measure-activations.ts';

/** Of a run of cells each, and where the reading began and ended; nowhere where none had to be carried. */
export interface TalliedCells {
  readonly tallies: readonly ShardTally[];
  readonly ends: PartEnds | null;
}

/** Reads a part of the text and tallies every cell as the plan says. */
export async function tallyPart(measurement: Measurement, part: ShardRange): Promise<TalliedCells> {
  const { architecture, sequence, plan, title, workers } = measurement;
  const opening = new Opening(plan);
  const rowsOf = (window: ReadWindow) => signalRows(window, architecture.units.length);
  const progress = createProgress({ title, total: part.end - part.start, unit: sequence.unit });
  let scorer: ShardScorer | undefined;
  try {
    const ends = await readPart({
      ...measurement,
      ...part,
      progress: (characters) => progress.advance(characters),
      opening: (window) => opening.keep(rowsOf(window)),
      window(window) {
        scorer ??= createShardScorer(plan, part, opening, workers);
        return scorer.add(rowsOf(window));
      },
    });
    return { tallies: await scorer!.collect(), ends };
  } finally {
    progress.finish();
    await scorer?.close();
  }
}

/** The same out of a file of activations, of which only the part and the opening are read. */
export async function tallyActivationsPart(
  { labelled, title, workers }: Omit<ActivationsMeasurement, 'book' | 'training'>,
  part: ShardRange,
): Promise<TalliedCells> {
  const plan = planActivations(labelled);
  const { activations } = labelled;
  const opening = new Opening(plan);
  for (const { rows } of readWindows(activations)) if (opening.keep(rows)) break;
  const scorer = createShardScorer(plan, part, opening, workers);
  const progress = createProgress({ title, total: part.end - part.start, unit: 'characters' });
  try {
    for (const { pieced, rows } of readWindows(activations, part)) {
      progress.advance(pieced.segments.reduce((sum, { length }) => sum + length, 0));
      await scorer.add(rows);
    }
    return { tallies: await scorer.collect(), ends: null };
  } finally {
    progress.finish();
    await scorer.close();
  }
}
