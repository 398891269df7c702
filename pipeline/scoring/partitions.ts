// Several partitions as one: in this thread, one after another, or each in a thread of its own.
import type { PartitionInput, PartitionResult } from './partition.ts';
import { createPartition } from './partition.ts';

export interface Partitions {
  /**
   * All partitions take in one staging buffer, by its number.
   *
   * @returns once the buffer may be filled anew
   */
  add(buffer: number, positions: Int32Array): Promise<void>;
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
    finish: async () => partitions.map((partition) => partition.finish()),
    close: async () => {},
  };
}
