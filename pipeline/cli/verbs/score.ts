// `cellarium score`: every cell against every hypothesis, best first, without building a site; or the tally of a part of
// the text, for `merge` to add up with the others.
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../../base/errors.ts';
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
  integerWithin,
  shardOf,
  threadsOption,
} from '../options.ts';
import { addTextFileOptions, type TextFileOptions } from '../text-options.ts';
import { scoreStored, workOnStoredShard } from './score-stored.ts';
import { loadScored, type ScoredGalleryOptions } from './scored.ts';
import { reportScores } from './scores-report.ts';
import { originOf } from './tally-origin.ts';

interface ScoreOptions extends Computing, TextFileOptions {
  readonly json?: true;
  readonly hypotheses?: readonly string[];
  readonly text?: string;
  readonly dataset?: readonly string[];
  readonly shard?: Shard;
  readonly out?: string;
  readonly store?: string;
  readonly shards?: number;
  readonly index?: number;
  readonly mergeOnly?: true;
  readonly cellShares: number;
  readonly rounds: number;
}

/** Readings of a text in which the starts of its segments are found, at most; two or three are what it takes. */
const ROUNDS = 16;

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
    .option('--store <folder>', 'a folder that all machines see; what is there and whole is not made again')
    .addOption(
      new Option(
        '--shards <n>',
        'with a store: the shards of the text; all that are missing are made, and the scores printed',
      )
        .argParser(integerWithin(1))
        .conflicts('shard'),
    )
    .option('--index <k>', 'with a store and --shards: work on this shard alone, counted from 0', integerWithin(0))
    .option(
      '--cell-shares <n>',
      'with a store: tally so many shares of the cells one after another, in less memory; --index counts the shards of each',
      integerWithin(1),
      1,
    )
    .option('--merge-only', 'with a store and --shards: make nothing that is missing, but end with exit code 75')
    .option('--rounds <n>', 'with a store: rounds in which starts may be found, at most', integerWithin(1), ROUNDS)
    .addOption(engineOption())
    .addOption(threadsOption())
    .action((scored: string, { raw, ...given }: ScoreOptions) =>
      run({ ...given, ...(raw ? { prepare: [] } : {}), scored }),
    );
  addExamples(verb, [
    'score alice',
    'score activations.safetensors --json',
    'score activations.safetensors --hypotheses inside-quotes,space',
    'score states.npy --text states.txt',
    'score states.npy --text states.txt --encoding windows-1252 --prepare typographic-quotes',
    'score alice --shard 3/16 --out alice-3.tally',
    'score alice --shard 3/16 --store /scratch/alice',
    'score alice --shards 16 --store /scratch/alice --json',
  ]);
}

/** Which of these ways of scoring is meant. @throws UsageError options that do not go together */
function run(given: ScoreOptions & { readonly scored: string }): Promise<void> {
  const fault = faultIn(given);
  if (fault !== undefined) throw new UsageError(fault, {}, 'Run it with --help to see which options go together.');
  const { shard, out, json, store, shards, index, mergeOnly, rounds, cellShares, ...options } = given;
  if (store === undefined) {
    return shard === undefined ? scoreCells(options, json ?? false) : tallyShard({ ...options, shard, out });
  }
  const stored = { ...options, store, rounds, cellShares };
  if (shard !== undefined) return workOnStoredShard(stored, { ...shard, share: undefined });
  if (index !== undefined) {
    const [own, share] = [1 + (index % shards!), 1 + Math.floor(index / shards!)];
    return workOnStoredShard(stored, { shard: own, of: shards!, share });
  }
  return scoreStored(stored, { of: shards!, json: json ?? false, out, mergeOnly: mergeOnly ?? false });
}

/** What does not go together. */
function faultIn({ shard, out, store, shards, index, mergeOnly, cellShares }: ScoreOptions): string | undefined {
  const whole = store !== undefined && shards !== undefined && index === undefined;
  if (store === undefined) {
    if (shards !== undefined) return '--shards is for scoring with a --store.';
    if (out !== undefined && shard === undefined) return '--out is for the tally of a --shard.';
    if (cellShares > 1) return '--cell-shares is for scoring with a --store.';
  } else if (shard === undefined && shards === undefined) {
    return '--store takes the number of --shards, or the --shard to work on.';
  } else if (out !== undefined && !whole) return 'With a --store, --out is for the scores of all --shards.';
  if (index !== undefined && shards === undefined) return '--index counts the --shards of a --store.';
  const indices = (shards ?? 0) * cellShares;
  if (index !== undefined && index >= indices) return `--index goes from 0 to ${indices - 1}.`;
  if (mergeOnly === true && !whole) return '--merge-only is for all --shards of a --store.';
  return undefined;
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
    const { plan, networks } = scored;
    const part = rangeOf(options.shard, plan.sampleRow.length, plan.segment);
    const tallied = [];
    for (const { name, tally } of networks) tallied.push({ name, ...(await tally(part)) });
    const description = { ...originOf(options, scored), shard, of };
    writeTally(out, description, tallied);
    const { start, end } = part;
    console.log(`${out}: characters ${start} to ${end - 1}, shard ${shard} of ${of}`);
  } finally {
    scored.close();
  }
}
