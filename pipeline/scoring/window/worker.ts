// What runs in a thread of its own: the fit of one window length after another.
import { parentPort, workerData } from 'node:worker_threads';
import { predictOutOfFold, type Windowed } from './folds.ts';

const windowed: Windowed = workerData;

parentPort?.on('message', (length: number) => {
  parentPort?.postMessage(predictOutOfFold(windowed, length));
});
