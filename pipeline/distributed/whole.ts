// All shards of a network, one after another, as far as others have not done them already; and then its scores.
import type { TallyFile } from '../gallery/tally-reader.ts';
import { assemble, type ScoringResult } from '../scoring/results.ts';
import type { PartitionResult } from '../scoring/threads/partition.ts';
import { mergeCells } from './merge-tallies.ts';
import { type Standing, type StoredNetwork, standingOf } from './rounds.ts';
import { isTallied, sharesOf, type TallyOrigin, tallyOnce, workOnShard } from './shard.ts';

/**
 * The scores of a network, the very ones that it has as a whole. What is missing in the store is made here.
 * @param threads of the judging
 * @throws {InputError} as `workOnShard` and `mergeCells`
 */
export async function scoreNetwork(
  network: StoredNetwork,
  origin: TallyOrigin,
  threads: number | undefined,
): Promise<ScoringResult> {
  const standing = await finishRounds(network, origin);
  const { name, of, measurement } = network;
  const results: PartitionResult[] = [];
  for (const share of sharesOf(network)) {
    const files: TallyFile[] = [];
    try {
      for (let shard = 1; shard <= of; shard++) {
        files.push(await tallyOnce(network, shard, share, standing, origin));
      }
      results.push(...(await mergeCells(files, name, measurement.plan, threads)));
    } finally {
      for (const file of files) file.close();
    }
  }
  return assemble(measurement.plan, results);
}

/** Works on whatever is missing until the segments join. */
async function finishRounds(network: StoredNetwork, origin: TallyOrigin): Promise<Standing> {
  for (;;) {
    const standing = await standingOf(network);
    if (standing.missing.length === 0) {
      const { number, gap } = standing;
      const rounds = number === 1 ? '1 round' : `${number} rounds`;
      const left = gap === null || gap === 0 ? 'without a gap' : `with a gap of at most ${gap.toExponential(1)}`;
      network.say(`${network.name}: the segments join after ${rounds}, ${left}`);
      return standing;
    }
    for (const shard of standing.missing) await workOnShard(network, shard, origin);
  }
}

/** The shards that have something to do still. */
export async function missingShards(network: StoredNetwork): Promise<readonly number[]> {
  const { number, missing } = await standingOf(network);
  if (missing.length > 0) return missing;
  const damaged: number[] = [];
  for (let shard = 1; shard <= network.of; shard++) {
    if (!(await isTallied(network, number, shard))) damaged.push(shard);
  }
  return damaged;
}
