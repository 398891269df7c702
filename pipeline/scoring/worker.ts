// A thread's end of workers.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { InputError } from '../errors.ts';
import { createPartition } from './partition.ts';
import type { Reply, Request, WorkerData } from './workers.ts';

const { input, stagings }: WorkerData = workerData;
const partition = createPartition(input);

function answer(request: Request): Reply {
  try {
    if (request.kind === 'finish') return { kind: 'finished', result: partition.finish() };
    partition.add(stagings[request.buffer]!, request.positions);
    return { kind: 'added' };
  } catch (error) {
    // A class does not survive the way between threads; any other error ends the worker and arrives as its own.
    if (!(error instanceof InputError)) throw error;
    return { kind: 'rejected', what: error.what, place: error.place, fix: error.fix };
  }
}

parentPort?.on('message', (request: Request) => parentPort?.postMessage(answer(request)));
