import { expect, it } from 'vitest';
import { mixedRandom, normal } from '../../pipeline/base/random.ts';
import { createProjections } from '../../pipeline/statistics/projections.ts';

it('a projection is the sum of the columns, each times its weight', () => {
  const random = mixedRandom(4);
  const columns = Array.from({ length: 7 }, () => Float64Array.from({ length: 13 }, () => normal(random)));
  const project = createProjections(columns);
  for (let trial = 0; trial < 3; trial++) {
    const weights = columns.map(() => normal(random));
    const found = project(weights);
    for (let row = 0; row < 13; row++) {
      const expected = columns.reduce((sum, column, k) => sum + weights[k]! * column[row]!, 0);
      expect(found[row]).toBeCloseTo(expected, 4);
    }
  }
});
