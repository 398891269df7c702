// A script that hands a scoring to Slurm: an array with a task for each shard, and the merge when all of them have ended well.
import { VERSION } from '../base/package.ts';
import { quoteWord } from '../base/shell.ts';
import { commonArguments, type ScoringJob, tasksOf, WAITS } from './job.ts';

export interface SlurmJob extends ScoringJob {
  /** What starts the program: its words, such as `node` and the path of the command. */
  readonly program: readonly string[];
  /** Where it is run, which all machines see too. */
  readonly folder: string;
  /** Where the scores go, as JSON. */
  readonly out: string;
}

/**
 * A POSIX script. A task that waits for others hands itself back to the queue, which lets it wait a while; one that is killed
 * goes back too, and takes up what it has left in the store.
 */
export function slurmScript(job: SlurmJob): string {
  const { scored, shards, threads, program, folder, out } = job;
  const last = tasksOf(job) - 1;
  const command = [...program, ...commonArguments(job)].map(quoteWord).join(' ');
  const enter = `cd ${quoteWord(folder)}`;
  const common = `--parsable --cpus-per-task=${threads}`;
  return `#!/bin/sh
# Scores in ${shards} shards, written by cellarium ${VERSION}. What follows its name goes to sbatch: sh FILE --partition=short --mem=4G
set -eu
array=$(sbatch ${common} --requeue --array=0-${last} --job-name=${quoteWord(`shards of ${scored}`)} "$@" <<'END'
#!/bin/sh
${enter} || exit 1
code=0
${command} --index "$SLURM_ARRAY_TASK_ID" || code=$?
# It waits for other shards: later again.
[ "$code" -ne ${WAITS} ] || exec scontrol requeue "$SLURM_JOB_ID"
exit "$code"
END
)
merge=$(sbatch ${common} --requeue --dependency=afterok:"$array" --job-name=${quoteWord(`scores of ${scored}`)} "$@" <<'END'
#!/bin/sh
${enter} || exit 1
exec ${command} --json --out ${quoteWord(out)}
END
)
echo "array $array, and then merge $merge"
`;
}
