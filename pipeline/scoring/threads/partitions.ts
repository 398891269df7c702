// Several partitions as one: in this thread, one after another, or each in a thread of its own.

import type { JudgedShard } from '../segments.ts';
import { createPartition, type PartitionInput, type PartitionResult, type ShardTally } from './partition.ts';

export interface Partitions {
  /**
   * All partitions take in one staging buffer, by its number.
   *
   * @returns once the buffer may be filled anew
   */
  add(buffer: number, positions: Int32Array): Promise<void>;
  /** What each has left of a part, in the order of the inputs. They are of no use afterwards. */
  collect(part: JudgedShard): Promise<ShardTally[]>;
  /** The partition of that number takes in what was collected of a part of the same cells, which is gone afterwards. */
  merge(partition: number, part: JudgedShard, tally: ShardTally): Promise<void>;
  /** The results, in the order of the inputs. */
  finish(): Promise<PartitionResult[]>;
  close(): Promise<void>;
}

/** @param stagings the buffers that `add` counts */
export function inThisThread(inputs: readonly PartitionInput[], stagings: readonly Float32Array[]): Partitions {
  const partitions = inputs.map(createPartition);
  return {
    async add(buffer, positions) {
      for (const partition of partitions) partition.add(stagings[buffer]!, positions);
    },
    collect: async (part) => partitions.map((partition) => partition.collect(part)),
    merge: async (number, part, tally) => partitions[number]!.merge(part, tally),
    finish: async () => partitions.map((partition) => partition.finish()),
    close: async () => {},
  };
}
