import { expect, it } from 'vitest';
import { mixedRandom, normal } from '../../pipeline/base/random.ts';
import { createProjections } from '../../pipeline/statistics/projections.ts';

it.each([13, 2100])('projections are the sums of the columns, each times its weight, of %i rows', (length) => {
  const random = mixedRandom(4);
  const columns = Array.from({ length: 7 }, () => Float32Array.from({ length }, () => normal(random)));
  const project = createProjections(columns);
  for (const count of [4, 1, 3]) {
    const directions = Array.from({ length: count }, () => Float32Array.from(columns, () => normal(random)));
    const found = project(directions);
    expect(found).toHaveLength(count);
    directions.forEach((weights, direction) => {
      const { fround } = Math;
      // Column after column in float32, whatever is projected beside it.
      const expected = Float32Array.from({ length }, (_, row) =>
        columns.reduce((sum, column, k) => fround(sum + fround(weights[k]! * column[row]!)), 0),
      );
      expect(found[direction]).toEqual(expected);
    });
  }
});
