// Several partitions as one: in this thread, one after another, or each in a thread of its own. Signals reach those
// through shared memory; only positions and results are sent.
import { Worker } from 'node:worker_threads';
import { InputError } from '../../base/errors.ts';
import { besideModule } from '../../base/module-address.ts';
import type { ScoringPlan } from '../plan/plan.ts';
import type { JudgedShard } from '../plan/segments.ts';
import type { BinEdges } from '../tally/bin-edges.ts';
import { type CellRange, type Layout, stagingLength } from '../tally/staging.ts';
import { buffersOf, createPartition, type PartitionInput, type PartitionResult, type ShardTally } from './partition.ts';
import type { Reply, Request, WorkerData } from './worker.ts';

export interface Partitions {
  /**
   * All partitions take in one staging buffer, by its number.
   * @returns once the buffer may be filled anew
   */
  add(buffer: number, positions: Int32Array): Promise<void>;
  /** What each has left of a shard, in the order of the inputs. They are of no use afterwards. */
  collect(shard: JudgedShard): Promise<ShardTally[]>;
  /** The partition of that number takes in what was collected of a shard of the same cells, which is gone afterwards. */
  merge(partition: number, shard: JudgedShard, tally: ShardTally): Promise<void>;
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
    collect: async (shard) => partitions.map((partition) => partition.collect(shard)),
    merge: async (number, shard, tally) => partitions[number]!.merge(shard, tally),
    finish: async () => partitions.map((partition) => partition.finish()),
    close: async () => {},
  };
}

/** A worker does one request after another, in the order in which they were made. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];

  constructor(data: WorkerData) {
    this.#worker = new Worker(besideModule(import.meta.url, 'worker'), { workerData: data });
    this.#worker.on('message', (reply: Reply) => {
      const { resolve, reject } = this.#waiting.shift()!;
      if (reply.kind === 'rejected') reject(new InputError(reply.what, reply.place, reply.fix));
      else resolve(reply);
    });
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  ask(request: Request): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request, request.kind === 'merge' ? buffersOf(request.tally) : []);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * One thread for each input.
 * @param stagings over SharedArrayBuffers
 */
export function inWorkers(inputs: readonly PartitionInput[], stagings: readonly Float32Array[]): Partitions {
  const threads = inputs.map((input) => new Thread({ input, stagings }));
  return {
    async add(buffer, positions) {
      await Promise.all(threads.map((thread) => thread.ask({ kind: 'add', buffer, positions })));
    },
    async collect(shard) {
      const replies = await Promise.all(threads.map((thread) => thread.ask({ kind: 'collect', shard })));
      return replies.flatMap((reply) => (reply.kind === 'collected' ? [reply.tally] : []));
    },
    async merge(partition, shard, tally) {
      await threads[partition]!.ask({ kind: 'merge', shard, tally });
    },
    async finish() {
      const replies = await Promise.all(threads.map((thread) => thread.ask({ kind: 'finish' })));
      return replies.flatMap((reply) => (reply.kind === 'finished' ? [reply.result] : []));
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** While one buffer is being read, the other is filled. */
export const BUFFERS = 2;

/** The edges of the columns of the cells [from, to). */
export type EdgesOf = (from: number, to: number) => BinEdges;

/** What exists once a scorer's bins are fixed: threads, their buffers, and what they share. */
export interface ScoringThreads {
  readonly partitions: Partitions;
  /** The cells of each partition: from, and up to. */
  readonly cells: readonly CellRange[];
  readonly stagings: readonly Float32Array[];
  /** Of the staged rows. */
  readonly positions: Int32Array;
  /** For each buffer, until it may be filled anew. */
  readonly pending: Promise<void>[];
  filling: number;
  staged: number;
}

/**
 * @param workers threads; 0 does everything in this one
 * @param cells which are scored
 */
export function startThreads(
  plan: ScoringPlan,
  workers: number,
  layout: Layout,
  edgesOf: EdgesOf,
  [first, last]: CellRange,
): ScoringThreads {
  const shared = (length: number) => new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
  const stagings = Array.from({ length: BUFFERS }, () => shared(stagingLength(layout)));
  const count = Math.max(1, workers);
  const ranges = Array.from({ length: count }, (_, index) => {
    const until = (end: number) => first + Math.floor((end * (last - first)) / count);
    return [until(index), until(index + 1)] as const;
  });
  const inputs = ranges.map(([from, to]): PartitionInput => {
    const { judge, trainRows, trainLabels, rankSquares, plainLabels, sampleRow, segments, domains } = plan;
    const common = { layout, trainRows, trainLabels, rankSquares, plainLabels, sampleRow, segments, judge, domains };
    return { from, to, edges: edgesOf(from, to), ...common };
  });
  return {
    cells: ranges,
    partitions: workers === 0 ? inThisThread(inputs, stagings) : inWorkers(inputs, stagings),
    stagings,
    positions: new Int32Array(layout.capacity),
    pending: Array.from({ length: BUFFERS }, () => Promise.resolve()),
    filling: 0,
    staged: 0,
  };
}
