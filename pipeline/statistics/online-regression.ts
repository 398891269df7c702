// Logistic and linear regressions on very many sparse features, of many targets at once over the same rows: by stochastic
// gradient descent, a row at a time. A feature's steps shrink with how often it occurs, as in AdaGrad (Duchi, Hazan and
// Singer 2011), whose sum of squared gradients is proportional to that where gradients are alike. Nothing else holds the
// weights back: what is fitted for few rounds, in small steps, stays near zero, which acts as a ridge penalty does.
import { instantiate, reserve } from './kernels.ts';

/** Features of one row: numbers of those that are not zero, and their values. */
export interface SparseRow {
  readonly features: Int32Array;
  readonly values: Float32Array;
  readonly count: number;
}

export interface OnlineRegression {
  /** What the targets are predicted to be: log-odds, or for a linear one its value. It holds until the next call. */
  predict(row: SparseRow): Float32Array;
  /** Moves the weights of a row's features towards its targets, [targets]. */
  learn(row: SparseRow, targets: ArrayLike<number>): void;
}

type OverRows = (rows: number, end: number, factors: number, sum: number, width: number) => void;

const FLOAT_BYTES = 4;
/** The steps of a linear target, against those of a logistic one, whose errors are smaller and level off. */
const LINEAR_STEPS = 0.1;
/** Targets that a vector of the kernel holds. */
const LANES = 4;

/**
 * @param links for each target which of the two regressions
 * @param start what the targets are predicted to be before anything is learned, [targets]
 * @param squares of each feature, the sum over all training rows, [features]
 * @param most features that a row has
 * @param rate of the steps
 */
export function createRegression(
  links: readonly ('logistic' | 'linear')[],
  start: Float64Array,
  squares: Float64Array,
  most: number,
  rate: number,
): OnlineRegression {
  const width = Math.ceil(links.length / LANES) * LANES;
  const rowBytes = width * FLOAT_BYTES;
  const [rowsAt, factorsAt, sumAt] = [0, most * FLOAT_BYTES, 2 * most * FLOAT_BYTES];
  const shareAt = Math.ceil((sumAt + rowBytes) / 16) * 16;
  const tableAt = shareAt + Math.ceil(rowBytes / 16) * 16;
  const memory = new WebAssembly.Memory({ initial: 0 });
  reserve(memory, tableAt + squares.length * rowBytes);
  const { addUp, spread } = instantiate<{ addUp: OverRows; spread: OverRows }>('weighted-rows', memory);
  const rows = new Int32Array(memory.buffer, rowsAt, most);
  const factors = new Float32Array(memory.buffer, factorsAt, most);
  const sum = new Float32Array(memory.buffer, sumAt, width);
  const share = new Float32Array(memory.buffer, shareAt, width);
  const intercepts = Float32Array.from({ length: width }, (_, target) => start[target] ?? 0);
  const steps = Float32Array.from(squares, (square) => rate / Math.sqrt(1 + square));

  function predict({ features, values, count }: SparseRow): Float32Array {
    sum.set(intercepts);
    for (let k = 0; k < count; k++) {
      rows[k] = tableAt + features[k]! * rowBytes;
      factors[k] = values[k]!;
    }
    if (count > 0) addUp(rowsAt, rowsAt + count * FLOAT_BYTES, factorsAt, sumAt, rowBytes);
    return sum;
  }

  return {
    predict,
    learn(row, targets) {
      const predicted = predict(row);
      for (let target = 0; target < links.length; target++) {
        const z = predicted[target]!;
        const value = targets[target]!;
        share[target] = links[target] === 'logistic' ? value - 1 / (1 + Math.exp(-z)) : LINEAR_STEPS * (value - z);
      }
      const { features, values, count } = row;
      const alike = 1 / Math.sqrt(Math.max(1, count));
      for (let k = 0; k < count; k++) factors[k] = alike * steps[features[k]!]! * values[k]!;
      if (count > 0) spread(rowsAt, rowsAt + count * FLOAT_BYTES, factorsAt, shareAt, rowBytes);
    },
  };
}
