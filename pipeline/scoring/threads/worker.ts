// What runs in a thread of its own: a partition, and what it is asked from partitions.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { InputError, type Place } from '../../base/errors.ts';
import type { JudgedShard } from '../plan/segments.ts';
import {
  buffersOf,
  buffersOfResult,
  createPartition,
  type PartitionInput,
  type PartitionResult,
  type ShardTally,
} from './partition.ts';

export interface WorkerData {
  readonly input: PartitionInput;
  readonly stagings: readonly Float32Array[];
}

export type Request =
  | { readonly kind: 'add'; readonly buffer: number; readonly positions: Int32Array }
  | { readonly kind: 'collect'; readonly shard: JudgedShard }
  | { readonly kind: 'merge'; readonly shard: JudgedShard; readonly tally: ShardTally }
  | { readonly kind: 'finish' };

export type Reply =
  | { readonly kind: 'added' }
  | { readonly kind: 'collected'; readonly tally: ShardTally }
  | { readonly kind: 'finished'; readonly result: PartitionResult }
  | { readonly kind: 'rejected'; readonly what: string; readonly place: Place; readonly fix: string };

const { input, stagings }: WorkerData = workerData;
const partition = createPartition(input);

function answer(request: Request): Reply {
  try {
    switch (request.kind) {
      case 'add':
        partition.add(stagings[request.buffer]!, request.positions);
        return { kind: 'added' };
      case 'collect':
        return { kind: 'collected', tally: partition.collect(request.shard) };
      case 'merge':
        partition.merge(request.shard, request.tally);
        return { kind: 'added' };
      case 'finish':
        return { kind: 'finished', result: partition.finish() };
    }
  } catch (error) {
    // A class does not survive the way between threads; any other error ends the worker and arrives as what it is.
    if (!(error instanceof InputError)) throw error;
    return { kind: 'rejected', what: error.what, place: error.place, fix: error.fix };
  }
}

function handedOver(reply: Reply): ArrayBuffer[] {
  if (reply.kind === 'collected') return buffersOf(reply.tally);
  return reply.kind === 'finished' ? buffersOfResult(reply.result) : [];
}

parentPort?.on('message', (request: Request) => {
  const reply = answer(request);
  parentPort?.postMessage(reply, handedOver(reply));
});
