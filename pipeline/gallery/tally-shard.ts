// Traces and tallies one shard of a text; what it leaves adds up with the other shards to the scores of all of it.
import { createProgress } from '../base/progress.ts';
import type { NetworkState } from '../lstm/state.ts';
import { Opening } from '../scoring/intake.ts';
import type { ShardRange } from '../scoring/plan/segments.ts';
import { createShardScorer, type ShardScorer } from '../scoring/scorer.ts';
import type { BinEdges } from '../scoring/tally/bin-edges.ts';
import type { CellRange } from '../scoring/tally/staging.ts';
import type { ShardTally } from '../scoring/threads/partition.ts';
import { type ReadWindow, signalRows } from '../trace/read.ts';
import { readOpening, readShard, readSignals, type ShardEnds } from '../trace/shard.ts';
import type { Ends } from '../trace/streams.ts';
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

/** The bins of a reading from these starts. @param first given the window with which it begins */
export async function openingBins(
  measurement: Measurement,
  starts: NetworkState,
  first: (window: ReadWindow) => void,
): Promise<BinEdges> {
  const { architecture, plan } = measurement;
  const opening = new Opening(plan);
  let windows = 0;
  await readOpening(measurement, starts, (window) => {
    if (windows++ === 0) first(window);
    return opening.keep(signalRows(window, architecture));
  });
  return opening.edges();
}

/**
 * Reads a shard of the text from starts that are known, and tallies some cells by bins that are fixed.
 * @param begins where the shard's own segments start
 * @param edges of all cells
 * @param first given the window with which it begins
 */
export async function tallyFrom(
  measurement: Measurement,
  range: ShardRange,
  begins: NetworkState,
  edges: BinEdges,
  cells: CellRange,
  first: (window: ReadWindow) => void,
): Promise<{ readonly tallies: readonly ShardTally[]; readonly ends: Ends }> {
  const { architecture, sequence, plan, title, workers } = measurement;
  const progress = createProgress({ title, total: range.end - range.start, unit: sequence.unit });
  const scorer = createShardScorer(plan, range, { edges: () => edges }, workers, cells);
  let windows = 0;
  try {
    const reading = { ...measurement, progress: (characters: number) => progress.advance(characters) };
    const ends = await readSignals(reading, begins, range, (window) => {
      if (windows++ === 0) first(window);
      return scorer.add(signalRows(window, architecture));
    });
    return { tallies: await scorer.collect(), ends };
  } finally {
    progress.finish();
    await scorer.close();
  }
}

/** A shard's tally out of a file of activations, of which only the shard and the opening are read. */
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
