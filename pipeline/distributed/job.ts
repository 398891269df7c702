// What every machine is to run: the same command, which says by its exit code whether it has to be run again.

/** A scoring that is handed to whoever distributes it. */
export interface ScoringJob {
  /** As it is named: a gallery's id. */
  readonly scored: string;
  readonly shards: number;
  /** Shares of the cells, each of which is a task of every shard. */
  readonly cellShares: number;
  /** The folder that all machines see. */
  readonly store: string;
  /** Of each machine. */
  readonly threads: number;
  /** Options of `score` that all shards share, such as `--content`. */
  readonly options: readonly string[];
}

/** A shard waits for others: to be tried again later, as EX_TEMPFAIL of sysexits.h says. */
export const WAITS = 75;

/** `score` and what follows it, but for the index of the task. */
export function commonArguments({ scored, shards, cellShares, store, threads, options }: ScoringJob): string[] {
  const apart = cellShares === 1 ? [] : ['--cell-shares', String(cellShares)];
  const common = ['--store', store, '--shards', String(shards), ...apart, '--threads', String(threads)];
  return ['score', scored, ...common, ...options];
}

/** Tasks that are counted by `--index`, from 0. */
export const tasksOf = ({ shards, cellShares }: ScoringJob): number => shards * cellShares;
