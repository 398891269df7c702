// The two workers of the page about a visitor's pattern, as functions that a page can wait for.
import type { PatternLabel } from './label.ts';
import type { MatchReply, MatchRequest, Rankable, Ranking, RankReply, RankRequest } from './protocol.ts';

/** How long a pattern may take. */
export const TIME_LIMIT = 2000;

/** A pattern that took too long. */
export class RunawayPattern extends Error {}

/**
 * Tasks that wait for each other: one begins when the one before has ended, however that ended. A worker’s reply does not
 * say what it replies to, so a worker is asked for one thing at a time.
 */
function oneAfterAnother(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const own = last.then(task);
    last = own.catch(() => undefined);
    return own;
  };
}

const brokenWorker = (message: string): Error => new Error(message || 'The worker could not be loaded.');

let matcher: Worker | undefined;
const matchInTurn = oneAfterAnother();

/**
 * Tries a pattern on a text, after those that were asked for before it, and stops it after {@link TIME_LIMIT}
 * milliseconds.
 * @throws RunawayPattern where it was stopped
 */
export function matchPattern(request: MatchRequest): Promise<PatternLabel> {
  return matchInTurn(() => tryPattern(request));
}

function tryPattern(request: MatchRequest): Promise<PatternLabel> {
  const worker = matcher ?? new Worker(new URL('./match-worker.ts', import.meta.url), { type: 'module' });
  matcher = worker;
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A worker that runs away, or is broken, answers nothing any more: the next pattern gets a new one.
    const giveUp = (reason: Error): void => {
      clearTimeout(timer);
      worker.terminate();
      matcher = undefined;
      reject(reason);
    };
    worker.onmessage = ({ data }: MessageEvent<MatchReply>) => {
      if (data.kind === 'begun') {
        timer = setTimeout(() => giveUp(new RunawayPattern('The pattern was stopped.')), TIME_LIMIT);
        return;
      }
      clearTimeout(timer);
      if (data.kind === 'matched') resolve(data.label);
      else reject(new Error(data.message));
    };
    worker.onerror = ({ message }) => giveUp(brokenWorker(message));
    worker.postMessage(request);
  });
}

/**
 * @returns a function that ranks the cells by a label, one label after another; once the worker is broken, it always fails
 * @param rankable its packed outputs are handed over, and no longer of use here
 */
export function openRanking(rankable: Rankable): (label: Uint8Array, shifts: number) => Promise<Ranking> {
  const worker = new Worker(new URL('./rank-worker.ts', import.meta.url), { type: 'module' });
  const ask = (request: RankRequest, handed: Transferable[] = []): void => worker.postMessage(request, handed);
  // It may break before it is asked for anything, and only once: whoever asks later must hear of it too.
  const broken = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) => {
      worker.terminate();
      reject(brokenWorker(message));
    };
  });
  broken.catch(() => undefined);
  ask({ kind: 'outputs', rankable }, [rankable.outputs.packed.buffer]);
  const inTurn = oneAfterAnother();
  const rank = (label: Uint8Array, shifts: number): Promise<Ranking> =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<RankReply>) => {
        if ('failed' in data) reject(new Error(data.failed));
        else resolve(data);
      };
      ask({ kind: 'label', label, shifts });
    });
  return (label, shifts) => inTurn(() => Promise.race([broken, rank(label, shifts)]));
}
