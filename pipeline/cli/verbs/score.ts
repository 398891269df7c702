// `cellarium score`: every cell against every hypothesis, best first, without building a site; or the tally of a part of
// the text, for `merge` to add up with the others.
import { basename } from 'node:path';
import { VERSION } from '../../base/package.ts';
import { writeTally } from '../../gallery/tally-file.ts';
import { rangeOf, type Shard } from '../../scoring/plan/segments.ts';
import { loadScored, type ScoredGalleryOptions } from './scored.ts';
import { reportScores } from './scores-report.ts';

export interface ScoreOptions extends ScoredGalleryOptions {
  /** JSON instead of a table of the best. */
  readonly json: boolean;
}

/** @throws InputError unknown ids, a model that is not trained, broken files */
export async function scoreCells(options: ScoreOptions): Promise<void> {
  const scored = await loadScored(options);
  try {
    const results = [];
    for (const network of scored.networks) results.push(await network.score());
    console.log(reportScores(scored.conclude(results), options.json));
  } finally {
    scored.close();
  }
}

export interface TallyOptions extends ScoredGalleryOptions {
  readonly shard: Shard;
  /** Where it goes; a name made of the subject's and the shard's where left out. */
  readonly out?: string | undefined;
}

/**
 * Writes the tally of one shard of the text.
 * @throws InputError what {@link scoreCells} throws, a text too short for so many shards, a file that cannot be written
 */
export async function tallyShard(options: TallyOptions): Promise<void> {
  const { shard, of } = options.shard;
  const out = options.out ?? `${basename(options.scored, '.safetensors')}.shard-${shard}-of-${of}.tally`;
  const scored = await loadScored(options);
  try {
    const { plan, fingerprints, engine, networks } = scored;
    const part = rangeOf(options.shard, plan.sampleRow.length, plan.segment);
    const tallied = [];
    for (const { name, tally } of networks) tallied.push({ name, ...(await tally(part)) });
    const description = {
      scored: options.scored,
      hypotheses: options.hypotheses === undefined ? null : [...options.hypotheses],
      ...{ shard, of },
      fingerprints: { ...fingerprints, engine, version: VERSION },
    };
    writeTally(out, description, tallied);
    const { start, end } = part;
    console.log(`${out}: characters ${start} to ${end - 1}, shard ${shard} of ${of}`);
  } finally {
    scored.close();
  }
}
