// Pieces of a sequence whose states before them are known from a reading of all of it: who wants to see something of these
// pieces alone reads them alone.
import type { Span } from '../base/positions.ts';
import { type NetworkState, stateFromOutputs } from '../lstm/state.ts';
import type { Reading } from './read.ts';
import { compileReading, runWindow } from './streams.ts';

export interface KnownPieces {
  /** Rising; none overlaps another. */
  readonly pieces: readonly Span[];
  /** Before the first step of each, a stream each. */
  readonly states: NetworkState;
}

/** Read side by side, about: more do not make the products faster. */
const STREAMS = 64;
/** Of a window; so is each piece a multiple of it, but for the last of a run. */
const STEPS = 50;
/** Steps before each run, for what must get used to something first. */
const LEAD = 50;

/**
 * The pieces that hold some steps, and the one after each: cut so that there are enough to be read side by side.
 * @param positions of the steps, rising
 * @param length of the sequence
 */
export function piecesAround(positions: readonly number[], length: number): Span[] {
  const runs: { start: number; end: number }[] = [];
  for (const position of positions) {
    const [start, end] = [Math.max(0, position - LEAD), Math.min(length, position + 2)];
    const last = runs.at(-1);
    if (last !== undefined && start <= last.end) last.end = end;
    else runs.push({ start, end });
  }
  const steps = runs.reduce((sum, { start, end }) => sum + end - start, 0);
  const each = STEPS * Math.ceil(steps / (STREAMS * STEPS));
  return runs.flatMap(({ start, end }) =>
    Array.from({ length: Math.ceil((end - start) / each) }, (_, k) => ({
      start: start + k * each,
      end: Math.min(end, start + (k + 1) * each),
    })),
  );
}

/** Whether all of these steps are in the pieces; those before the sequence, which are none, are everywhere. */
export function areIn({ pieces }: Pick<KnownPieces, 'pieces'>, positions: Iterable<number>): boolean {
  const known = new Set<number>();
  for (const { start, end } of pieces) for (let position = start; position < end; position++) known.add(position);
  for (const position of positions) if (position >= 0 && !known.has(position)) return false;
  return true;
}

/** How many steps all pieces have. */
export const stepsIn = ({ pieces }: Pick<KnownPieces, 'pieces'>): number =>
  pieces.reduce((sum, { start, end }) => sum + end - start, 0);

/** Gives out the pieces, window by window, as `readText` gives out all of the sequence. */
export async function readPieces(
  reading: Omit<Reading, 'starts' | 'begin'>,
  { pieces, states }: KnownPieces,
): Promise<void> {
  const { engine, architecture, sequence, signals, progress } = reading;
  const longest = Math.max(...pieces.map(({ start, end }) => end - start));
  const layout = { streams: pieces.length, steps: Math.min(STEPS, longest) };
  const program = await compileReading(engine, reading, layout, signals);
  try {
    let state = states;
    for (let offset = 0; offset < longest; offset += layout.steps) {
      const starts = pieces.map(({ start }) => start + offset);
      const outputs = await runWindow(program, sequence, layout, starts, state);
      state = stateFromOutputs(architecture, outputs);
      const segments = pieces
        .map(({ end }, stream) => {
          const start = starts[stream]!;
          return { stream, start, length: Math.max(0, Math.min(layout.steps, end - start)) };
        })
        .filter(({ length }) => length > 0);
      progress?.(segments.reduce((sum, { length }) => sum + length, 0));
      await reading.window({ streams: layout.streams, segments, outputs });
    }
  } finally {
    await program.dispose();
  }
}
