// The page's side of the worker.
import type { LiveNetwork } from '../../../shared/live-choice.ts';
import type { FromWorker, Load, Report, Wanted } from '../../../shared/network/protocol.ts';

export interface Handlers {
  progress(loaded: number): void;
  /** The weights could not be had; {@link Client.load} tries again. */
  failed(reason: string): void;
  ready(): void;
  report(report: Report): void;
  /** The browser cannot run it, or the worker broke down. */
  broken(): void;
}

export interface Client {
  load(): void;
  want(wanted: Omit<Wanted, 'kind'>): void;
}

/** Starts the worker. @returns null in a browser without workers */
export function startNetwork(network: LiveNetwork, handlers: Handlers): Client | null {
  if (typeof Worker === 'undefined') return null;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('error', () => handlers.broken());
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === 'progress') handlers.progress(data.loaded);
    else if (data.kind === 'failed') handlers.failed(data.reason);
    else if (data.kind === 'ready') handlers.ready();
    else handlers.report(data);
  });
  return {
    load: () => worker.postMessage({ kind: 'load', ...network } satisfies Load),
    want: (wanted) => worker.postMessage({ kind: 'want', ...wanted } satisfies Wanted),
  };
}
