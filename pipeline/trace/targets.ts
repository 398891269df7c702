// What a network should have said at each step, and how wrong what it said was.
import type { Window } from '../lstm/names.ts';
import { characterSequence, numberSequence, type Sequence } from './sequence.ts';

/** What follows each step of a sequence. Nothing foretells the first step. */
export interface Targets {
  readonly sequence: Sequence;
  /** What follows the steps of a window in which stream b begins at `starts[b]`, as a training program takes it. */
  window(starts: readonly number[], window: Window): Int32Array | Float32Array;
  /**
   * The loss at the step at `position`: of a character −ln p in nats, of a row of numbers the mean squared error.
   * @param said what the network says, [rows, outputs]
   * @param row of the step before
   */
  loss(said: Float32Array, row: number, position: number): number;
}

/** @param ids numbers of characters in the vocabulary; the network says their log-probabilities, `outputs` of them */
export function characterTargets(ids: Int32Array, outputs: number): Targets {
  const sequence = characterSequence(ids);
  return {
    sequence,
    window: (starts, window) => following(starts, window, sequence).ids as Int32Array,
    loss: (said, row, position) => -said[row * outputs + ids[position]!]!,
  };
}

/**
 * @param values [steps, features]; the network says the next row
 * @param deviations of each feature, in which its errors are counted; 1 where left out
 */
export function numberTargets(values: Float32Array, features: number, deviations?: readonly number[]): Targets {
  const sequence = numberSequence(values, features);
  return {
    sequence,
    window: (starts, window) => following(starts, window, sequence).values as Float32Array,
    loss(said, row, position) {
      let sum = 0;
      for (let k = 0; k < features; k++) {
        const error = said[row * features + k]! - values[position * features + k]!;
        sum += (error / (deviations?.[k] ?? 1)) ** 2;
      }
      return sum / features;
    },
  };
}

const following = (starts: readonly number[], window: Window, sequence: Sequence) =>
  sequence.inputs(
    starts.map((start) => start + 1),
    window,
  );
