import { expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { gramSchmidt } from '../../pipeline/lstm/initialise.ts';
import { orthonormalise } from '../../pipeline/statistics/orthonormal.ts';

it.each([
  [1, 1],
  [1, 5],
  [2, 7],
  [4, 4],
  [5, 9],
  [9, 36],
  [37, 148],
])('%i rows of %i numbers are made orthonormal just as by plain loops, to the last digit', (rows, columns) => {
  const random = seededRandom(11);
  const numbers = Float64Array.from({ length: rows * columns }, () => normal(random));
  const plain = numbers.slice();
  gramSchmidt(plain, columns);
  orthonormalise(numbers, columns);
  expect([...numbers]).toEqual([...plain]);
});
