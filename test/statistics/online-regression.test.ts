import { expect, it } from 'vitest';
import { mixedRandom, normal, shuffle } from '../../pipeline/base/random.ts';
import { createRegression, type SparseRow } from '../../pipeline/statistics/online-regression.ts';

const FEATURES = 40;
const ROWS = 6000;

/** Rows of five features, and what a planted model says of them. */
function planted(seed: number) {
  const random = mixedRandom(seed);
  const weights = Array.from({ length: FEATURES }, () => normal(random));
  const rows = Array.from({ length: ROWS }, (): SparseRow => {
    const features = Int32Array.from({ length: 5 }, () => Math.floor(random.uniform() * FEATURES));
    return { features, values: Float32Array.from({ length: 5 }, () => normal(random)), count: 5 };
  });
  const sums = rows.map(({ features, values }) =>
    values.reduce((sum, value, k) => sum + value * weights[features[k]!]!, 0),
  );
  return { random, rows, sums };
}

function squaresOf(rows: readonly SparseRow[]): Float64Array {
  const squares = new Float64Array(FEATURES);
  for (const { features, values } of rows)
    for (const [k, feature] of features.entries()) squares[feature]! += values[k]! ** 2;
  return squares;
}

const entropy = (p: number) => -(p * Math.log(p) + (1 - p) * Math.log(1 - p));

it('learns a planted logistic and a planted linear model side by side, almost as well as they can be known', () => {
  const { random, rows, sums } = planted(3);
  const chances = sums.map((sum) => 1 / (1 + Math.exp(-sum)));
  const labels = chances.map((chance) => Number(random.uniform() < chance));
  const numbers = sums.map((sum) => sum + 0.5 * normal(random));
  const regression = createRegression(['logistic', 'linear'], new Float64Array(2), squaresOf(rows), 5, [4]);
  const order = Int32Array.from({ length: ROWS / 2 }, (_, row) => row);
  for (let round = 0; round < 10; round++) {
    shuffle(order, random);
    for (const row of order) regression.learn(rows[row]!, [labels[row]!, numbers[row]!]);
  }
  let [loss, least, left, total] = [0, 0, 0, 0];
  for (let row = ROWS / 2; row < ROWS; row++) {
    const [z, value] = regression.predict(rows[row]!)[0] as unknown as [number, number];
    loss += Math.log1p(Math.exp(labels[row] === 1 ? -z : z));
    least += entropy(chances[row]!);
    left += (numbers[row]! - value) ** 2;
    total += numbers[row]! ** 2;
  }
  expect(loss / least).toBeLessThan(1.1);
  expect(left / total).toBeLessThan(0.2);
});

it('says what it starts with of a row without features, and learns nothing from it', () => {
  const start = Float64Array.from([0.5, -2, 3]);
  const regression = createRegression(['logistic', 'linear', 'linear'], start, new Float64Array(1), 1, [1]);
  const none: SparseRow = { features: new Int32Array(1), values: new Float32Array(1), count: 0 };
  regression.learn(none, [1, 1, 1]);
  expect([...regression.predict(none)[0]!]).toEqual([0.5, -2, 3]);
});
