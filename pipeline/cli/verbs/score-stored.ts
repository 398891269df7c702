// Scoring by way of a store: one shard, as far as it can be worked on, or all that is missing and then the scores.
import { ExplainedFailure, InputError } from '../../base/errors.ts';
import { hashOf } from '../../build/fingerprints.ts';
import { WAITS } from '../../distributed/job.ts';
import type { StoredNetwork } from '../../distributed/rounds.ts';
import { type TallyOrigin, workOnShard } from '../../distributed/shard.ts';
import { missingShards, scoreNetwork } from '../../distributed/whole.ts';
import { codeHashOf } from '../../files/code.ts';
import { writeAtomically } from '../../files/files.ts';
import { folderStore } from '../../files/store.ts';
import { rangeOf, type Shard } from '../../scoring/plan/segments.ts';
import { loadScored, type ScoredGallery, type ScoredGalleryOptions } from './scored.ts';
import { reportScores } from './scores-report.ts';
import { originOf } from './tally-origin.ts';

export interface StoredOptions extends ScoredGalleryOptions {
  /** A folder. */
  readonly store: string;
  /** Rounds in which starts may be found, at most. */
  readonly rounds: number;
  /** Shares of the cells that are tallied by themselves. */
  readonly cellShares: number;
}

/** A shard of the text, and of its cells one share or all. */
export interface StoredShard extends Shard {
  /** From 1. */
  readonly share: number | undefined;
}

/** Works on one shard of each network as far as it can be done now. @throws ExplainedFailure where it waits for others */
export async function workOnStoredShard(options: StoredOptions, { shard, of, share }: StoredShard): Promise<void> {
  await withStored(options, of, async (networks, origin) => {
    let waits = false;
    for (const network of networks) {
      const worked = await workOnShard(network, shard, origin, share);
      if (worked.done) continue;
      waits = true;
      const { number, missing } = worked.standing;
      console.log(`${network.name}, shard ${shard} of ${of}: round ${number} waits for ${listed(missing)}`);
    }
    if (waits) throw new ExplainedFailure('It waits for other shards.', WAITS);
    const cells = share === undefined || options.cellShares === 1 ? '' : `, cells ${share} of ${options.cellShares}`;
    console.log(`shard ${shard} of ${of}${cells}: tallied`);
  });
}

const listed = (shards: readonly number[]) => `${shards.length === 1 ? 'shard' : 'shards'} ${shards.join(', ')}`;

export interface WholeOptions {
  /** Shards of the text. */
  readonly of: number;
  readonly json: boolean;
  /** Where the scores go instead of being printed. */
  readonly out: string | undefined;
  /** Whether to end where something is missing. */
  readonly mergeOnly: boolean;
}

/** Makes whatever is missing in the store, and tells the scores. @throws ExplainedFailure where it may not make it */
export async function scoreStored(options: StoredOptions, { of, json, out, mergeOnly }: WholeOptions): Promise<void> {
  await withStored(options, of, async (networks, origin, scored) => {
    for (const network of mergeOnly ? networks : []) {
      const missing = await missingShards(network);
      if (missing.length === 0) continue;
      console.log(`${network.name} waits for ${listed(missing)}`);
      throw new ExplainedFailure('It waits for shards.', WAITS);
    }
    const results = [];
    for (const network of networks) results.push(await scoreNetwork(network, origin, options.threads));
    const report = reportScores(scored.conclude(results), scored.decided, json);
    if (out === undefined) console.log(report);
    else writeAtomically(out, `${report}\n`);
  });
}

async function withStored(
  options: StoredOptions,
  of: number,
  use: (networks: StoredNetwork[], origin: TallyOrigin, scored: ScoredGallery) => Promise<void>,
): Promise<void> {
  const store = folderStore(options.store);
  const scored = await loadScored(options);
  try {
    const { plan } = scored;
    rangeOf({ shard: 1, of }, plan.sampleRow.length, plan.segment);
    const origin = originOf(options, scored);
    const { rounds: roundsAtMost, cellShares } = options;
    await use(networksOf(scored, origin, { store, of, roundsAtMost, cellShares }), origin, scored);
  } finally {
    scored.close();
  }
}

function networksOf(
  { networks }: ScoredGallery,
  { fingerprints, scored }: TallyOrigin,
  common: Pick<StoredNetwork, 'store' | 'of' | 'roundsAtMost' | 'cellShares'>,
): StoredNetwork[] {
  // Whoever runs other code has other places, and nothing of his is mixed with anyone's.
  const code = codeHashOf(import.meta.url, '../../distributed/whole.ts');
  const scoring = `scoring-${hashOf([fingerprints, code]).slice(0, 32)}`;
  return networks.map(({ name, measurement }) => {
    if (measurement === null) {
      throw new InputError(
        `"${scored}" is a file of activations, whose shards need no store: nothing goes from one to the next.`,
        {},
        'Use --shard without --store, and merge.',
      );
    }
    return { ...common, name, measurement, scoring, say: (line: string) => console.error(line) };
  });
}
