// Partitions in threads of their own. Signals reach them through shared memory; only positions and results are sent.
import { Worker } from 'node:worker_threads';
import { InputError, type Place } from '../errors.ts';
import { besideModule } from '../module-address.ts';
import type { PartitionInput, PartitionResult, PartTally } from './partition.ts';
import type { Partitions } from './partitions.ts';
import type { JudgedPart } from './stretches.ts';

export interface WorkerData {
  readonly input: PartitionInput;
  readonly stagings: readonly Float32Array[];
}

export type Request =
  | { readonly kind: 'add'; readonly buffer: number; readonly positions: Int32Array }
  | { readonly kind: 'collect'; readonly part: JudgedPart }
  | { readonly kind: 'merge'; readonly part: JudgedPart; readonly tally: PartTally }
  | { readonly kind: 'finish' };

export type Reply =
  | { readonly kind: 'added' }
  | { readonly kind: 'collected'; readonly tally: PartTally }
  | { readonly kind: 'finished'; readonly result: PartitionResult }
  | { readonly kind: 'rejected'; readonly what: string; readonly place: Place; readonly fix: string };

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

/** The memory of a tally, which goes from thread to thread instead of being copied: it may be hundreds of megabytes. */
export function buffersOf({ tally, sample }: PartTally): ArrayBuffer[] {
  const { x, xx, xy } = sample.moments;
  const arrays = [tally.counts, tally.positives, tally.rankSums, sample.bins, sample.bytes, x, xx, xy];
  return arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}

/**
 * One thread for each input.
 *
 * @param stagings over SharedArrayBuffers, as are the inputs' sample arrays
 */
export function inWorkers(inputs: readonly PartitionInput[], stagings: readonly Float32Array[]): Partitions {
  const threads = inputs.map((input) => new Thread({ input, stagings }));
  return {
    async add(buffer, positions) {
      await Promise.all(threads.map((thread) => thread.ask({ kind: 'add', buffer, positions })));
    },
    async collect(part) {
      const replies = await Promise.all(threads.map((thread) => thread.ask({ kind: 'collect', part })));
      return replies.flatMap((reply) => (reply.kind === 'collected' ? [reply.tally] : []));
    },
    async merge(partition, part, tally) {
      await threads[partition]!.ask({ kind: 'merge', part, tally });
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
