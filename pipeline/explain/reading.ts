// One reading of a sequence for all that is to be seen of it.
import type { Engine } from '../engines/engine.ts';
import { type Reading, type ReadWindow, readText } from '../trace/read.ts';
import type { Network } from '../trace/streams.ts';

/** A network, what it reads, and what runs it. */
export interface Subject extends Network, Pick<Reading, 'starts'> {
  readonly engine: Engine;
}

/** What takes in a reading with all signals, as {@link readText} gives it out. */
export type Observer = Pick<Reading, 'begin' | 'window'>;

/** Visits the steps that a window holds. @param visit told of a step's position and of its row in the outputs */
export function forEachStep(
  { streams, pieces }: Pick<ReadWindow, 'streams' | 'pieces'>,
  visit: (position: number, row: number) => void,
): void {
  for (const { stream, start, length } of pieces) {
    for (let t = 0; t < length; t++) visit(start + t, t * streams + stream);
  }
}

/** @param progress told of every step read */
export async function observe(
  subject: Subject,
  observers: readonly Observer[],
  progress: (steps: number) => void = () => {},
): Promise<void> {
  await readText({
    ...subject,
    signals: true,
    progress,
    begin() {
      for (const observer of observers) observer.begin();
    },
    async window(window) {
      for (const observer of observers) await observer.window(window);
    },
  });
}
