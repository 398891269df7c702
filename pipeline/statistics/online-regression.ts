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
  /** For each rate what the targets are predicted to be: log-odds, or for a linear one its value. They hold until the next call. */
  predict(row: SparseRow): readonly Float32Array[];
  /** Moves the weights of a row's features towards its targets, [targets]. */
  learn(row: SparseRow, targets: ArrayLike<number>): void;
}

type OverRows = (rows: number, end: number, factors: number, sum: number, width: number) => void;

const FLOAT_BYTES = 4;
/** The steps of a linear target, against those of a logistic one, whose errors are smaller and level off. */
const LINEAR_STEPS = 0.1;
/** Of a number of 32 bits, the most that may be zero at its beginning, and what stands for none at all. */
const NEVER = 33;
/** Bytes that the kernel takes of a row at once: a line of the cache. */
const LINE = 64;

/**
 * @param links for each target which of the two regressions
 * @param start what the targets are predicted to be before anything is learned, [targets]
 * @param squares of each feature, the sum over all training rows, [features]
 * @param most features that a row has
 * @param rates of the steps: a regression each, which learn side by side, for to find the weights of a row's features takes
 *   longer than to change them
 */
export function createRegression(
  links: readonly ('logistic' | 'linear')[],
  start: Float64Array,
  squares: Float64Array,
  most: number,
  rates: readonly number[],
): OnlineRegression {
  const targets = links.length;
  const wholeLines = (floats: number) => Math.ceil((floats * FLOAT_BYTES) / LINE) * LINE;
  const rowBytes = wholeLines(rates.length * targets);
  const [rowsAt, factorsAt, sumAt] = [0, wholeLines(most), 2 * wholeLines(most)];
  const shareAt = sumAt + rowBytes;
  const tableAt = shareAt + rowBytes;
  const memory = new WebAssembly.Memory({ initial: 0 });
  const { places, seen } = hotFirst(squares);
  reserve(memory, tableAt + (seen + 1) * rowBytes);
  const { addUp, spread } = instantiate<{ addUp: OverRows; spread: OverRows }>('weighted-rows', memory);
  const rows = new Int32Array(memory.buffer, rowsAt, most);
  const factors = new Float32Array(memory.buffer, factorsAt, most);
  const sum = new Float32Array(memory.buffer, sumAt, rates.length * targets);
  const share = new Float32Array(memory.buffer, shareAt, rates.length * targets);
  const intercepts = Float32Array.from(sum, (_, place) => start[place % targets]!);
  const predicted = rates.map((_, number) => sum.subarray(number * targets, (number + 1) * targets));
  // Of each place: the steps of the first rate; those of the others are longer by these.
  const steps = new Float32Array(seen + 1);
  for (let feature = 0; feature < places.length; feature++) {
    steps[places[feature]!] = rates[0]! / Math.sqrt(1 + squares[feature]!);
  }
  const longer = rates.map((rate) => rate / rates[0]!);
  /** Places of the row's features. */
  const here = new Int32Array(most);
  const isLogistic = links.map((link) => link === 'logistic');

  function predict({ features, values, count }: SparseRow): readonly Float32Array[] {
    sum.set(intercepts);
    for (let k = 0; k < count; k++) {
      const place = places[features[k]!]!;
      here[k] = place;
      rows[k] = tableAt + place * rowBytes;
      factors[k] = values[k]!;
    }
    if (count > 0) addUp(rowsAt, rowsAt + count * FLOAT_BYTES, factorsAt, sumAt, rowBytes);
    return predicted;
  }

  return {
    predict,
    learn(row, values) {
      const { values: of, count } = row;
      if (count === 0) return;
      predict(row);
      for (let target = 0; target < targets; target++) {
        const value = values[target]!;
        const logistic = isLogistic[target]!;
        for (let rate = 0, place = target; rate < longer.length; rate++, place += targets) {
          const z = sum[place]!;
          const error = logistic ? value - 1 / (1 + Math.exp(-z)) : LINEAR_STEPS * (value - z);
          share[place] = longer[rate]! * error;
        }
      }
      const alike = 1 / Math.sqrt(count);
      for (let k = 0; k < count; k++) factors[k] = alike * steps[here[k]!]! * of[k]!;
      spread(rowsAt, rowsAt + count * FLOAT_BYTES, factorsAt, shareAt, rowBytes);
    },
  };
}

/**
 * Where the weights of each feature lie: of those that occur most first, about, for then they share pages of memory; those that
 * never occur have nothing to learn and share one row of zeros behind all others.
 * @returns the rows, and how many there are before the last
 */
function hotFirst(squares: Float64Array): { readonly places: Int32Array; readonly seen: number } {
  // By powers of two, from the largest.
  const powers = Uint8Array.from(squares, (square) => (square > 0 ? Math.clz32(square) : NEVER));
  const next = new Int32Array(NEVER + 2);
  for (const power of powers) next[power + 1]! += 1;
  for (let power = 1; power <= NEVER; power++) next[power]! += next[power - 1]!;
  const seen = next[NEVER]!;
  return { places: Int32Array.from(powers, (power) => (power < NEVER ? next[power]!++ : seen)), seen };
}
