// The verbs that score cells, all of a text at once or a share of it at a time.
import { type Command, Option } from 'commander';
import type { Shard } from '../scoring/plan/segments.ts';
import {
  type Computing,
  type Content,
  commaSeparated,
  contentOption,
  engineOption,
  shardOf,
  threadsOption,
} from './options.ts';
import { addVerb } from './verb.ts';

export function addScoringVerbs(program: Command): void {
  addScore(program);
  addMerge(program);
}

interface ScoreVerbOptions extends Computing {
  json?: true;
  hypotheses?: string[];
  shard?: Shard;
  out?: string;
}

function addScore(program: Command): void {
  addVerb(program, 'score', 'Score the cells of a gallery, or the units of a file of activations, best first.', [
    'score alice',
    'score activations.safetensors --json',
    'score activations.safetensors --hypotheses inside-quotes,space',
    'score alice --shard 3/16 --out alice-3.tally',
  ])
    .argument('<subject>', 'a safetensors file if there is one, else the id of a gallery or of its model')
    .addOption(contentOption())
    .option('--hypotheses <ids>', "files of content/hypotheses, by commas; a gallery's own, or all", commaSeparated)
    .addOption(new Option('--json', 'print JSON instead of a table').conflicts('shard'))
    .option('--shard <k/n>', 'read only this share of the text, and write its tally for `merge`', shardOf)
    .option('-o, --out <file>', 'where the tally goes; <subject>.shard-<k>-of-<n>.tally when left out')
    .addOption(engineOption())
    .addOption(threadsOption())
    .action(async (scored: string, { shard, out, ...options }: ScoreVerbOptions, command: Command) => {
      if (out !== undefined && shard === undefined) command.error('error: --out is for the tally of a --shard.');
      const { scoreCells, tallyShard } = await import('./verbs/score.ts');
      if (shard === undefined) await scoreCells({ ...options, scored, json: options.json ?? false });
      else await tallyShard({ ...options, scored, shard, out });
    });
}

interface MergeVerbOptions extends Content {
  threads: number;
  json?: true;
  out?: string;
}

function addMerge(program: Command): void {
  addVerb(program, 'merge', 'Add up the tallies of all shards of a text to the scores of the whole.', [
    'merge alice.shard-*.tally',
    'merge alice.shard-*.tally --json --out scores.json',
  ])
    .argument('<tallies...>', 'what `score --shard` wrote, in any order')
    .addOption(contentOption())
    .option('--json', 'JSON instead of a table')
    .option('-o, --out <file>', 'where it goes instead of being printed')
    .addOption(threadsOption())
    .action(async (tallies: string[], options: MergeVerbOptions) => {
      const { mergeTallies } = await import('./verbs/merge.ts');
      await mergeTallies({ ...options, tallies, json: options.json ?? false });
    });
}
