// How far two cells go together over a passage.
import { pearson } from '../../pipeline/statistics/association.ts';

/**
 * Pearson's correlation of two cells' outputs; bytes do as well as values, since it does not depend on the scale.
 * @returns a number in [-1, 1], or NaN where one of them does not change
 */
export function correlation(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const sums = { n: first.length, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (let t = 0; t < first.length; t++) {
    const [x, y] = [first[t]!, second[t]!];
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  return pearson(sums);
}
