// What a network reads, cut into windows as its programs take it.
import type { StepInputs } from '../datasets/dataset.ts';
import type { Inputs } from '../engines/engine.ts';
import type { Window } from '../lstm/names.ts';
import type { Architecture } from '../lstm/parameters.ts';

/** A text or a series from its beginning to its end. */
export interface Sequence {
  /** Time steps. */
  readonly length: number;
  /** What they are called, for whoever waits. */
  readonly unit: string;
  /** What a window reads in which stream b begins at position `starts[b]`; outside the sequence it reads padding. */
  inputs(starts: readonly number[], window: Window): Inputs;
}

/** @param unit what the steps are called */
export function sequenceOf(inputs: StepInputs, unit: string): Sequence {
  const sequence =
    inputs.reads === 'symbols' ? characterSequence(inputs.ids) : numberSequence(inputs.values, inputs.features);
  return { ...sequence, unit };
}

/** @param ids numbers of characters in the vocabulary */
export function characterSequence(ids: Int32Array): Sequence {
  return {
    length: ids.length,
    unit: 'characters',
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
    unit: 'steps',
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
    unit: sequence.unit,
    inputs(starts, window) {
      const within = starts.map((first) => start + first);
      return sequence.inputs(within, window);
    },
  };
}

// What a network should have predicted at each step, and how wrong it was.

/** What follows each step of a sequence. Nothing predicts the first step. */
export interface Targets {
  readonly sequence: Sequence;
  /** What follows the steps of a window in which stream b begins at `starts[b]`, as a training program takes it. */
  window(starts: readonly number[], window: Window): Int32Array | Float32Array;
  /**
   * The loss at the step at `position`: of a character −ln p in nats, of a row of numbers the mean squared error.
   * @param prediction what the network predicts, [rows, outputs]
   * @param row of the step before
   */
  loss(prediction: Float32Array, row: number, position: number): number;
  /** Writes the gradient of that loss by the prediction into the same row of `gradient`, [rows, outputs], which is all 0. */
  lossGradient(prediction: Float32Array, row: number, position: number, gradient: Float32Array): void;
  /**
   * How much the loss curves as the prediction moves, beside the square of its slope: the mean over all directions of the
   * one, over that of the other. For characters the logits move. 0 where there is no slope.
   */
  curvature(prediction: Float32Array, row: number, position: number): number;
}

/**
 * @param deviations as {@link numberTargets} takes them
 * @returns null of a network that reads numbers and predicts none of them
 */
export function targetsOf(
  inputs: StepInputs,
  { outputs, outputActivation }: Pick<Architecture, 'outputs' | 'outputActivation'>,
  deviations?: readonly number[],
): Targets | null {
  if (inputs.reads === 'symbols') return characterTargets(inputs.ids, outputs);
  const { values, features } = inputs;
  return outputs === features && outputActivation === 'linear' ? numberTargets(values, features, deviations) : null;
}

/** @param ids numbers of characters in the vocabulary; the network says their log-probabilities, `outputs` of them */
export function characterTargets(ids: Int32Array, outputs: number): Targets {
  const sequence = characterSequence(ids);
  return {
    sequence,
    window: (starts, window) => following(starts, window, sequence).ids as Int32Array,
    loss: (prediction, row, position) => -prediction[row * outputs + ids[position]!]!,
    lossGradient(_, row, position, gradient) {
      gradient[row * outputs + ids[position]!] = -1;
    },
    // In the direction v it curves by Σ p·v² − (Σ p·v)² and its slope is Σ p·v − v of what came. Where the v are independent and
    // their squares 1 on average, so are these 1 − Σ p² and, squared, 1 − 2p of what came + Σ p².
    curvature(prediction, row, position) {
      let squares = 0;
      for (let k = row * outputs; k < (row + 1) * outputs; k++) squares += Math.exp(2 * prediction[k]!);
      const came = Math.exp(prediction[row * outputs + ids[position]!]!);
      return over(1 - squares, 1 - 2 * came + squares);
    },
  };
}

/**
 * @param values [steps, features]; the network says the next row
 * @param deviations of each feature, in which its errors are counted; 1 where left out
 */
export function numberTargets(values: Float32Array, features: number, deviations?: readonly number[]): Targets {
  const sequence = numberSequence(values, features);
  const loss: Targets['loss'] = (prediction, row, position) => {
    let sum = 0;
    for (let k = 0; k < features; k++) {
      const error = prediction[row * features + k]! - values[position * features + k]!;
      sum += (error / (deviations?.[k] ?? 1)) ** 2;
    }
    return sum / features;
  };
  return {
    sequence,
    window: (starts, window) => following(starts, window, sequence).values as Float32Array,
    loss,
    lossGradient(prediction, row, position, gradient) {
      for (let k = 0; k < features; k++) {
        const error = prediction[row * features + k]! - values[position * features + k]!;
        gradient[row * features + k] = (2 * error) / (deviations?.[k] ?? 1) ** 2 / features;
      }
    },
    // Each counted in its deviations, the features move by v: it curves by 2 Σ v² / n, and its slope is 2 Σ error·v / n.
    curvature: (prediction, row, position) => over(features, 2 * loss(prediction, row, position)),
  };
}

/** A quotient, 0 where what it is over is 0 but for rounding. */
const over = (value: number, by: number): number => (by > 1e-9 ? value / by : 0);

function following(starts: readonly number[], window: Window, sequence: Sequence): Inputs {
  const next = starts.map((start) => start + 1);
  return sequence.inputs(next, window);
}
