// The scores of one network out of the tallies of all shards, and of all cells where these were tallied some at a time.
import type { TallyFile } from '../gallery/tally-reader.ts';
import type { ScoringPlan } from '../scoring/plan/plan.ts';
import { judgedShard, rangeOf } from '../scoring/plan/segments.ts';
import { assemble, type ScoringResult } from '../scoring/results.ts';
import { judgeTallies } from '../scoring/scorer.ts';
import { allCells } from '../scoring/tally/staging.ts';
import type { PartitionResult } from '../scoring/threads/partition.ts';
import { checkBins } from './merge-checks.ts';

/**
 * @param files of all shards, in order
 * @throws InputError tensors that are missing or of another shape, bins that differ
 */
export async function mergeNetwork(
  files: readonly TallyFile[],
  network: string,
  plan: ScoringPlan,
  threads: number | undefined,
): Promise<ScoringResult> {
  return assemble(plan, await mergeCells(files, network, plan, threads));
}

/**
 * What is found of the cells that the files hold, to be brought together with the others' by `assemble`.
 * @param files of all shards of the same cells, in order
 * @throws InputError as {@link mergeNetwork}
 */
export function mergeCells(
  files: readonly TallyFile[],
  network: string,
  plan: ScoringPlan,
  threads: number | undefined,
): Promise<PartitionResult[]> {
  const { binary, real } = plan.trainLabels;
  const width = plan.signals.length;
  const cells = files[0]?.description.cells ?? allCells(plan.layers);
  const first = cells[0] * width;
  const columns = cells[1] * width - first;
  const shards = files.map((file) => {
    const range = rangeOf(file.description, plan.sampleRow.length, plan.segment);
    const shape = {
      ...{ columns, binary: binary.length, real: real.length },
      judged: judgedShard(range, plan.judge.positions),
    };
    file.check(network, shape);
    return {
      range,
      edges: (from: number, to: number) => file.edges(network, from - first, to - first),
      tally: (from: number, to: number) => file.tally(network, shape, from * width - first, to * width - first),
    };
  });
  checkBins(files, network, columns);
  return judgeTallies(plan, shards, threads, cells);
}
