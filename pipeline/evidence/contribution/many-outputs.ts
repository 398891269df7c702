// What a cell adds to the log-odds of each of thousands of tokens. One gradient for each of them would take hours; but they are
// all made of the few numbers that the last dense layer reads, which it only weighs and adds up. So the gradients of those
// numbers are measured, and the log-odds follow from its weights.
import type { Matrix } from '../../lstm/parameters.ts';
import type { Outcomes, Weights } from './contribution.ts';

/** How many are kept of those that rise most, and of those that fall most. */
export const KEPT = 50;

/**
 * The same as {@link characterOutcomes} judge by, but for the changes, which are those of what the last dense layer reads.
 * @param features how many numbers that are
 */
export function tokenOutcomes(ids: Int32Array, outputs: number, features: number): Outcomes {
  const logOdds = (token: number) =>
    new Float32Array(outputs).fill(-1 / outputs).fill(1 - 1 / outputs, token, token + 1);
  return {
    changes: Array.from({ length: features }, (_, k): Weights => new Float32Array(features).fill(1, k, k + 1)),
    summed: 'features',
    judged: (position) => [logOdds(ids[position + 1]!)],
    worth: () => ({ linear: 1, square: 0 }),
  };
}

/**
 * The changes of all log-odds for one unit of a cell's h.
 * @param kernel of the last dense layer
 * @returns a function of the changes of what that layer reads, [features]
 */
export function logOddsFrom({ rows, columns, data }: Matrix): (features: ArrayLike<number>) => Float64Array {
  const means = Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += data[row * columns + k]!;
    return sum / columns;
  });
  return (features) => {
    const changes = new Float64Array(columns);
    for (let row = 0; row < rows; row++) {
      const change = features[row]!;
      if (change === 0) continue;
      for (let k = 0; k < columns; k++) changes[k]! += change * (data[row * columns + k]! - means[row]!);
    }
    return changes;
  };
}

/** Numbers of the highest and of the lowest values, rising; of all where they are hardly more. */
export function strongest(values: ArrayLike<number>, kept = KEPT): number[] {
  const order = Array.from({ length: values.length }, (_, k) => k).sort((a, b) => values[b]! - values[a]! || a - b);
  const ends = order.length <= 2 * kept ? order : [...order.slice(0, kept), ...order.slice(-kept)];
  return ends.sort((a, b) => a - b);
}
