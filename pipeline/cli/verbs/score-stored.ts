// Scoring by way of a store: one shard, as far as it can be worked on, or all that is missing and then the scores.
import { ExplainedFailure, InputError } from '../../base/errors.ts';
import { hashOf } from '../../build/fingerprints.ts';
import type { StoredNetwork } from '../../distributed/rounds.ts';
import { type TallyOrigin, workOnShard } from '../../distributed/shard.ts';
import { scoreNetwork } from '../../distributed/whole.ts';
import { codeHashOf } from '../../files/code.ts';
import { folderStore, type Store } from '../../files/store.ts';
import { rangeOf, type Shard } from '../../scoring/plan/segments.ts';
import { loadScored, type ScoredGallery, type ScoredGalleryOptions } from './scored.ts';
import { reportScores } from './scores-report.ts';
import { originOf } from './tally-origin.ts';

export interface StoredOptions extends ScoredGalleryOptions {
  /** A folder. */
  readonly store: string;
  /** Rounds in which starts may be found, at most. */
  readonly rounds: number;
}

/** A shard waits for others: to be tried again later, as EX_TEMPFAIL of sysexits.h says. */
export const WAITS = 75;

/** Works on one shard of each network as far as it can be done now. @param startsOnly whether it is enough that starts are found */
export async function workOnStoredShard(
  options: StoredOptions & { readonly shard: Shard; readonly startsOnly: boolean },
): Promise<void> {
  const { shard, of } = options.shard;
  await withStored(options, of, async (networks, origin) => {
    let waits: readonly number[] = [];
    for (const network of networks) {
      const worked = await workOnShard(network, shard, origin, options.startsOnly);
      if (worked.done) continue;
      const { number, missing } = worked.standing;
      waits = missing;
      console.log(
        `${network.name}: round ${number} is done of shard ${shard} of ${of}, and waits for ${listed(missing)}`,
      );
    }
    if (waits.length === 0) console.log(`${options.startsOnly ? 'starts' : 'tally'} of shard ${shard} of ${of}: there`);
    else if (!options.startsOnly) throw new ExplainedFailure('It waits for other shards.', WAITS);
  });
}

const listed = (shards: readonly number[]) => `${shards.length === 1 ? 'shard' : 'shards'} ${shards.join(', ')}`;

/** Makes whatever is missing in the store of so many shards, and prints the scores. */
export async function scoreStored(options: StoredOptions, of: number, json: boolean): Promise<void> {
  await withStored(options, of, async (networks, origin, scored) => {
    const results = [];
    for (const network of networks) results.push(await scoreNetwork(network, origin, options.threads));
    console.log(reportScores(scored.conclude(results), scored.decided, json));
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
    await use(networksOf(scored, origin, { store, of, roundsAtMost: options.rounds }), origin, scored);
  } finally {
    scored.close();
  }
}

function networksOf(
  { networks }: ScoredGallery,
  { fingerprints, scored }: TallyOrigin,
  common: { readonly store: Store; readonly of: number; readonly roundsAtMost: number },
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
