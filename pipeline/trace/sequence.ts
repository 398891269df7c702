// What a network reads, cut into windows as its programs take it.
import type { Inputs } from '../engines/engine.ts';
import type { Window } from '../lstm/names.ts';

/** A text or a series from its beginning to its end. */
export interface Sequence {
  /** Time steps. */
  readonly length: number;
  /** What a window reads in which stream b begins at position `starts[b]`; outside the sequence it reads padding. */
  inputs(starts: readonly number[], window: Window): Inputs;
}

/** @param ids numbers of characters in the vocabulary */
export function characterSequence(ids: Int32Array): Sequence {
  return {
    length: ids.length,
    inputs(starts, { steps, streams }) {
      const window = new Int32Array(steps * streams);
      for (let t = 0; t < steps; t++) {
        for (let b = 0; b < streams; b++) window[t * streams + b] = ids[starts[b]! + t] ?? 0;
      }
      return { ids: window };
    },
  };
}

/**
 * @param values [steps, features], row-major
 * @param features numbers of a row
 */
export function numberSequence(values: Float32Array, features: number): Sequence {
  const length = values.length / features;
  return {
    length,
    inputs(starts, { steps, streams }) {
      const window = new Float32Array(steps * streams * features);
      for (let t = 0; t < steps; t++) {
        for (let b = 0; b < streams; b++) {
          const position = starts[b]! + t;
          if (position < 0 || position >= length) continue;
          const row = values.subarray(position * features, (position + 1) * features);
          window.set(row, (t * streams + b) * features);
        }
      }
      return { values: window };
    },
  };
}

/** The steps of a sequence from `start` up to, not including, `end`, as a sequence of their own. */
export function partOfSequence(sequence: Sequence, start: number, end: number): Sequence {
  return {
    length: end - start,
    inputs: (starts, window) =>
      sequence.inputs(
        starts.map((own) => start + own),
        window,
      ),
  };
}
