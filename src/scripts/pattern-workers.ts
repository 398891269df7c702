// The two workers of the page about a visitor's pattern, as functions that a page can wait for.
import type { PatternLabel } from '../lib/pattern.ts';
import type { Outputs } from '../lib/pattern-ranking.ts';
import type { MatchReply, MatchRequest, RankReply, RankRequest } from './pattern-protocol.ts';

/** How long a pattern may take. */
export const TIME_LIMIT = 2000;

/** A pattern that took too long. */
export class RunawayPattern extends Error {}

let matcher: Worker | undefined;

/**
 * Tries a pattern on a text, and stops it after {@link TIME_LIMIT} milliseconds.
 * @throws RunawayPattern where it was stopped
 */
export function matchPattern(request: MatchRequest): Promise<PatternLabel> {
  const worker = matcher ?? new Worker(new URL('./pattern-match-worker.ts', import.meta.url), { type: 'module' });
  matcher = worker;
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => {
      worker.terminate();
      matcher = undefined;
      reject(new RunawayPattern('The pattern was stopped.'));
    };
    worker.onmessage = ({ data }: MessageEvent<MatchReply>) => {
      if (data.kind === 'begun') {
        timer = setTimeout(stop, TIME_LIMIT);
        return;
      }
      clearTimeout(timer);
      if (data.kind === 'matched') resolve(data.label);
      else reject(new Error(data.message));
    };
    worker.onerror = ({ message }) => reject(new Error(message || 'The worker could not be loaded.'));
    worker.postMessage(request);
  });
}

/** @returns a function that ranks the cells by a label; @param outputs handed over, and no longer of use here */
export function openRanking(outputs: Outputs): (label: Uint8Array, shifts: number) => Promise<RankReply> {
  const worker = new Worker(new URL('./pattern-rank-worker.ts', import.meta.url), { type: 'module' });
  const ask = (request: RankRequest, handed: Transferable[] = []): void => worker.postMessage(request, handed);
  ask({ kind: 'outputs', outputs }, [outputs.bytes.buffer]);
  return (label, shifts) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<RankReply>) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message || 'The worker could not be loaded.'));
      ask({ kind: 'label', label, shifts });
    });
}
