// `cellarium score`: every cell against every hypothesis, best first, without building a site; or the tally of a part of
// the text, for `merge` to add up with the others.
import { basename } from 'node:path';
import { writeTally } from '../formats/tally.ts';
import { VERSION } from '../package.ts';
import { partOf, type Shard } from '../scoring/stretches.ts';
import { loadSubject, type SubjectOptions } from './scored-subject.ts';
import { reportScores } from './scores-report.ts';

export interface ScoreOptions extends SubjectOptions {
  /** JSON instead of a table of the best. */
  readonly json: boolean;
}

/** @throws InputError unknown ids, a model that is not trained, broken files */
export async function scoreCells(options: ScoreOptions): Promise<void> {
  const subject = await loadSubject(options);
  try {
    const results = [];
    for (const network of subject.networks) results.push(await network.score());
    console.log(reportScores(subject.conclude(results), options.json));
  } finally {
    subject.close();
  }
}

export interface TallyOptions extends SubjectOptions {
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
  const out = options.out ?? `${basename(options.subject, '.safetensors')}.shard-${shard}-of-${of}.tally`;
  const subject = await loadSubject(options);
  try {
    const { plan, fingerprints, engine, networks } = subject;
    const part = partOf(options.shard, plan.sampleRow.length, plan.stretch);
    const tallied = [];
    for (const { name, tally } of networks) tallied.push({ name, ...(await tally(part)) });
    const description = {
      subject: options.subject,
      heuristics: options.heuristics === undefined ? null : [...options.heuristics],
      ...{ shard, of },
      fingerprints: { ...fingerprints, engine, version: VERSION },
    };
    writeTally(out, description, tallied);
    const { start, end } = part;
    console.log(`${out}: characters ${start} to ${end - 1}, shard ${shard} of ${of}`);
  } finally {
    subject.close();
  }
}
