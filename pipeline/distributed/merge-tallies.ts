// The scores of one network out of the tallies of all shards.
import type { TallyFile } from '../gallery/tally-reader.ts';
import type { ScoringPlan } from '../scoring/plan/plan.ts';
import { judgedShard, rangeOf } from '../scoring/plan/segments.ts';
import type { ScoringResult } from '../scoring/results.ts';
import { scoreTallies } from '../scoring/scorer.ts';
import { countCells } from '../scoring/tally/staging.ts';
import { checkBins } from './merge-checks.ts';

/**
 * @param files of all shards, in order
 * @throws InputError tensors that are missing or of another shape, bins that differ
 */
export function mergeNetwork(
  files: readonly TallyFile[],
  network: string,
  plan: ScoringPlan,
  threads: number | undefined,
): Promise<ScoringResult> {
  const { binary, real } = plan.trainLabels;
  const width = plan.signals.length;
  const columns = countCells(plan.layers) * width;
  const shards = files.map((file) => {
    const range = rangeOf(file.description, plan.sampleRow.length, plan.segment);
    const shape = {
      ...{ columns, binary: binary.length, real: real.length },
      judged: judgedShard(range, plan.judge.positions),
    };
    file.check(network, shape);
    return {
      range,
      edges: (from: number, to: number) => file.edges(network, from, to),
      tally: (from: number, to: number) => file.tally(network, shape, from * width, to * width),
    };
  });
  checkBins(files, network, columns);
  return scoreTallies(plan, shards, threads);
}
