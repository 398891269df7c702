// `cellarium score`: every cell against every hypothesis, best first, without building a site; or the tally of a part of
// the text, for `merge` to add up with the others.
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { VERSION } from '../../base/package.ts';
import { ENDING } from '../../gallery/activation-source.ts';
import { writeTally } from '../../gallery/tally-file.ts';
import { rangeOf, type Shard } from '../../scoring/plan/segments.ts';
import { namesOf } from '../model-options.ts';
import {
  addExamples,
  type Computing,
  commaSeparated,
  contentOption,
  engineOption,
  shardOf,
  threadsOption,
} from '../options.ts';
import { addTextFileOptions, type TextFileOptions } from '../text-options.ts';
import { loadScored, type ScoredGalleryOptions } from './scored.ts';
import { reportScores } from './scores-report.ts';

interface ScoreOptions extends Computing, TextFileOptions {
  readonly json?: true;
  readonly hypotheses?: readonly string[];
  readonly text?: string;
  readonly dataset?: readonly string[];
  readonly shard?: Shard;
  readonly out?: string;
}

export function define(verb: Command): void {
  addTextFileOptions(verb, 'none')
    .argument(
      '<gallery>',
      'a file of activations (safetensors, npy, npz, HDF5) if there is one, else the id of a gallery or of its model',
    )
    .addOption(contentOption())
    .option(
      '--hypotheses <ids>',
      "files of content/hypotheses, separated by commas; a gallery's own, or all, when left out",
      commaSeparated,
    )
    .option('--text <file>', 'the text that activations belong to, where it lies neither in nor beside their file')
    .option('--dataset <names>', 'the arrays that are meant, a layer each, where a file holds others too', namesOf)
    .addOption(new Option('--json', 'print JSON instead of a table').conflicts('shard'))
    .option('--shard <k/n>', 'read only this share of the text, and write its tally for `merge`', shardOf)
    .option('-o, --out <file>', 'where the tally goes; <gallery>.shard-<k>-of-<n>.tally when left out')
    .addOption(engineOption())
    .addOption(threadsOption())
    .action((scored: string, { shard, out, json, raw, ...given }: ScoreOptions) => {
      const options = raw ? { ...given, prepare: [] } : given;
      if (shard !== undefined) return tallyShard({ ...options, scored, shard, out });
      if (out !== undefined) verb.error('error: --out is for the tally of a --shard.');
      return scoreCells({ ...options, scored }, json ?? false);
    });
  addExamples(verb, [
    'score alice',
    'score activations.safetensors --json',
    'score activations.safetensors --hypotheses inside-quotes,space',
    'score states.npy --text states.txt',
    'score states.npy --text states.txt --encoding windows-1252 --prepare typographic-quotes',
    'score alice --shard 3/16 --out alice-3.tally',
  ]);
}

/**
 * @param json JSON instead of a table of the best
 * @throws InputError unknown ids, a model that is not trained, broken files
 */
async function scoreCells(options: ScoredGalleryOptions, json: boolean): Promise<void> {
  const scored = await loadScored(options);
  try {
    const results = [];
    for (const network of scored.networks) results.push(await network.score());
    console.log(reportScores(scored.conclude(results), scored.decided, json));
  } finally {
    scored.close();
  }
}

interface TallyOptions extends ScoredGalleryOptions {
  readonly shard: Shard;
  /** Where it goes; a name made of the gallery's and the shard's where left out. */
  readonly out?: string | undefined;
}

/**
 * Writes the tally of one shard of the text.
 * @throws InputError what {@link scoreCells} throws, a text too short for so many shards, a file that cannot be written
 */
async function tallyShard(options: TallyOptions): Promise<void> {
  const { shard, of } = options.shard;
  const out = options.out ?? `${basename(options.scored).replace(ENDING, '')}.shard-${shard}-of-${of}.tally`;
  const scored = await loadScored(options);
  try {
    const { plan, fingerprints, engine, networks } = scored;
    const part = rangeOf(options.shard, plan.sampleRow.length, plan.segment);
    const tallied = [];
    for (const { name, tally } of networks) tallied.push({ name, ...(await tally(part)) });
    const description = {
      scored: options.scored,
      hypotheses: options.hypotheses === undefined ? null : [...options.hypotheses],
      ...(options.text === undefined ? {} : { text: options.text }),
      ...(options.dataset === undefined ? {} : { dataset: [...options.dataset] }),
      ...(options.prepare === undefined ? {} : { prepare: [...options.prepare] }),
      ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
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
