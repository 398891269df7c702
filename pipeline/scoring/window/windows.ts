// What windows of several lengths say of every label of a plan.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { besideModule } from '../../base/module-address.ts';
import { predictOutOfFold, type Windowed } from './folds.ts';
import type { WindowPrediction } from './window.ts';

/** Steps that windows hold; what a cell adds to the one of {@link MEMORY_LENGTH} is what it remembers. */
export const WINDOW_LENGTHS = [0, 1, 2, 3, 4, 8, 16, 20, 50] as const;
export const MEMORY_LENGTH = 20;

/** The predictions of a window: of every label under both alignments. */
export interface Window {
  readonly length: number;
  readonly predictions: readonly WindowPrediction[];
}

/**
 * A window of each length.
 * @param workers threads; 0 does everything in this one
 * @param done called after each
 */
export async function fitWindows(
  windowed: Windowed,
  workers = availableParallelism(),
  done: () => void = () => {},
): Promise<Window[]> {
  // The longest first: they take most of the time, and the others fit beside them.
  const waiting: number[] = [...WINDOW_LENGTHS].sort((a, b) => b - a);
  const found = new Map<number, readonly WindowPrediction[]>();
  const work = async (predict: (length: number) => Promise<readonly WindowPrediction[]>) => {
    for (let length = waiting.shift(); length !== undefined; length = waiting.shift()) {
      found.set(length, await predict(length));
      done();
    }
  };
  if (workers === 0) {
    await work(async (length) => predictOutOfFold(windowed, length));
  } else {
    const threads = Array.from({ length: Math.min(workers, waiting.length) }, () => startWorker(windowed));
    try {
      await Promise.all(threads.map(({ predict }) => work(predict)));
    } finally {
      await Promise.all(threads.map(({ close }) => close()));
    }
  }
  return WINDOW_LENGTHS.map((length) => ({ length, predictions: found.get(length)! }));
}

function startWorker(workerData: Windowed) {
  const worker = new Worker(besideModule(import.meta.url, 'worker'), { workerData });
  return {
    async predict(length: number): Promise<readonly WindowPrediction[]> {
      worker.postMessage(length);
      const [predictions] = await once(worker, 'message'); // rejects where the worker fails
      return predictions;
    },
    close: () => worker.terminate(),
  };
}
