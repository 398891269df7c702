// An epoch's order of reading: which window of the training text each stream reads at each step.
import type { Span } from '../base/positions.ts';
import { integerBelow, type Random } from '../base/random.ts';

/** A stream's next window: it goes on from the one before, or starts from the zero state. */
export interface TrainingWindow {
  readonly start: number;
  readonly continues: boolean;
}

/** Joins touching spans, in order of the text. */
export function joinSegments(spans: readonly Span[]): Span[] {
  const segments: Span[] = [];
  for (const { start, end } of spans) {
    const last = segments.at(-1);
    if (last !== undefined && last.end === start) segments[segments.length - 1] = { start: last.start, end };
    else segments.push({ start, end });
  }
  return segments;
}

/** The part of a reading's windows that an epoch reads, where several epochs share a reading. @param epoch from 0 */
export function partOfReading(plan: TrainingWindow[][], epoch: number, epochsPerReading: number): TrainingWindow[][] {
  const part = epoch % epochsPerReading;
  const [from, to] = [part, part + 1].map((end) => Math.floor((end * plan.length) / epochsPerReading));
  return plan
    .slice(from, to)
    .map((windows, step) => (step > 0 ? windows : windows.map((window) => ({ ...window, continues: false }))));
}

/**
 * Cuts the segments into windows of `steps` characters and their targets, and deals them to the streams in the text's
 * order. Each segment is cut from a random start below `steps`, so that every epoch sees other windows; what is left over
 * at its end, less than a window, waits for another epoch. A stream's state is reset after a hole.
 * @returns [step][stream]; all streams have equally many windows
 */
export function planEpoch(
  segments: readonly Span[],
  steps: number,
  streams: number,
  random: Random,
): TrainingWindow[][] {
  const windows = segments.flatMap(({ start, end }) => {
    const first = start + integerBelow(steps, random);
    const count = Math.max(0, Math.floor((end - 1 - first) / steps));
    return Array.from({ length: count }, (_, k) => ({ start: first + k * steps, continues: k > 0 }));
  });
  const perStream = Math.floor(windows.length / streams);
  return Array.from({ length: perStream }, (_, step) =>
    Array.from({ length: streams }, (_, stream) => {
      const window = windows[stream * perStream + step]!;
      return { start: window.start, continues: window.continues && step > 0 };
    }),
  );
}
