// Partitions in threads of their own. Signals reach them through shared memory; only positions and results are sent.
import { Worker } from 'node:worker_threads';
import { InputError } from '../../base/errors.ts';
import { besideModule } from '../../base/module-address.ts';
import type { PartitionInput } from './partition.ts';
import type { Partitions } from './partitions.ts';
import { buffersOf, type Reply, type Request, type WorkerData } from './protocol.ts';

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
