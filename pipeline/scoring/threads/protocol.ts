import type { Place } from '../../base/errors.ts';
import type { JudgedShard } from '../plan/segments.ts';
import type { PartitionInput, PartitionResult, ShardTally } from './partition.ts';

export interface WorkerData {
  readonly input: PartitionInput;
  readonly stagings: readonly Float32Array[];
}

export type Request =
  | { readonly kind: 'add'; readonly buffer: number; readonly positions: Int32Array }
  | { readonly kind: 'collect'; readonly part: JudgedShard }
  | { readonly kind: 'merge'; readonly part: JudgedShard; readonly tally: ShardTally }
  | { readonly kind: 'finish' };

export type Reply =
  | { readonly kind: 'added' }
  | { readonly kind: 'collected'; readonly tally: ShardTally }
  | { readonly kind: 'finished'; readonly result: PartitionResult }
  | { readonly kind: 'rejected'; readonly what: string; readonly place: Place; readonly fix: string };

/** The memory of a tally, which goes from thread to thread instead of being copied: it may be hundreds of megabytes. */
export function buffersOf({ tally, sample }: ShardTally): ArrayBuffer[] {
  const { x, xx, xy } = sample.moments;
  const arrays = [tally.counts, tally.positives, tally.rankSums, sample.bins, sample.bytes, x, xx, xy];
  return arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
