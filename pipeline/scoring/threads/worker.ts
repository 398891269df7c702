// A thread's end of workers.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { InputError } from '../../base/errors.ts';
import { createPartition } from './partition.ts';
import { buffersOf, type Reply, type Request, type WorkerData } from './protocol.ts';

const { input, stagings }: WorkerData = workerData;
const partition = createPartition(input);

function answer(request: Request): Reply {
  try {
    switch (request.kind) {
      case 'add':
        partition.add(stagings[request.buffer]!, request.positions);
        return { kind: 'added' };
      case 'collect':
        return { kind: 'collected', tally: partition.collect(request.part) };
      case 'merge':
        partition.merge(request.part, request.tally);
        return { kind: 'added' };
      case 'finish':
        return { kind: 'finished', result: partition.finish() };
    }
  } catch (error) {
    // A class does not survive the way between threads; any other error ends the worker and arrives as its own.
    if (!(error instanceof InputError)) throw error;
    return { kind: 'rejected', what: error.what, place: error.place, fix: error.fix };
  }
}

parentPort?.on('message', (request: Request) => {
  const reply = answer(request);
  parentPort?.postMessage(reply, reply.kind === 'collected' ? buffersOf(reply.tally) : []);
});
