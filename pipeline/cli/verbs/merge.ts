// `cellarium merge`: the scores of a text out of the tallies of its shards, the very ones that it has as a whole.
import type { Command } from 'commander';
import { checkFresh, inOrder } from '../../distributed/merge-checks.ts';
import { mergeNetwork } from '../../distributed/merge-tallies.ts';
import { writeAtomically } from '../../files/files.ts';
import { openTally, type TallyFile } from '../../gallery/tally-reader.ts';
import { TOLERANCE } from '../../trace/rounds.ts';
import { notSettled } from '../../trace/shard.ts';
import { addExamples, type Content, contentOption, threadsOption } from '../options.ts';
import { loadScored } from './scored.ts';
import { reportScores } from './scores-report.ts';

interface MergeOptions extends Content {
  readonly threads: number;
  readonly json?: true;
  readonly out?: string;
}

export function define(verb: Command): void {
  verb
    .argument('<tallies...>', 'what `score --shard` wrote, in any order')
    .addOption(contentOption())
    .option('--json', 'JSON instead of a table')
    .option('-o, --out <file>', 'where it goes instead of being printed')
    .addOption(threadsOption())
    .action(mergeTallies);
  addExamples(verb, ['merge alice.shard-*.tally', 'merge alice.shard-*.tally --json --out scores.json']);
}

/**
 * @param tallies paths, in any order
 * @throws InputError tallies that are damaged, missing, there twice or not of the same scoring; content that has changed
 */
async function mergeTallies(tallies: readonly string[], options: MergeOptions): Promise<void> {
  const { content, json = false, out, threads } = options;
  const files: TallyFile[] = [];
  try {
    for (const path of tallies) files.push(openTally(path));
    const ordered = inOrder(files);
    const { scored: name, hypotheses, text, dataset, prepare, encoding } = ordered[0]!.description;
    const said = { hypotheses: hypotheses ?? undefined, text, dataset, prepare, encoding };
    const scored = await loadScored({ content, scored: name, ...said, threads });
    try {
      checkFresh(ordered[0]!, scored.fingerprints);
      const results = [];
      for (const network of scored.networks) {
        checkJoins(ordered, network.name);
        results.push(await mergeNetwork(ordered, network.name, scored.plan, threads));
      }
      const report = reportScores(scored.conclude(results), scored.decided, json);
      if (out === undefined) console.log(report);
      else writeAtomically(out, `${report}\n`);
    } finally {
      scored.close();
    }
  } finally {
    for (const file of files) file.close();
  }
}

/** Each shard must end in the state in which the next one begins, as the segments of a whole reading do. */
function checkJoins(files: readonly TallyFile[], network: string): void {
  files.slice(1).forEach((file, index) => {
    const [end, start] = [files[index]!.end(network, 'end'), file.end(network, 'start')];
    end?.forEach((value, k) => {
      if (!(Math.abs(value - (start?.[k] ?? Number.NaN)) <= TOLERANCE * Math.max(1, Math.abs(value))))
        throw notSettled();
    });
  });
}
