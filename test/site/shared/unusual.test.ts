import fc from 'fast-check';
import { expect, it } from 'vitest';
import { passageIn, passageQuery } from '../../../src/shared/passage.ts';
import { momentsOf, mostUnusual } from '../../../src/shared/unusual.ts';

/** z by its definition, in two passes over the values themselves. */
function standardised(values: readonly number[], position: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return (values[position]! - mean) / Math.sqrt(variance);
}

const outputs = fc
  .record({ cells: fc.integer({ min: 1, max: 9 }), characters: fc.integer({ min: 2, max: 40 }) })
  .chain(({ cells, characters }) =>
    fc.record({
      rows: fc.array(fc.array(fc.nat(255), { minLength: characters, maxLength: characters }), {
        minLength: cells,
        maxLength: cells,
      }),
      position: fc.nat(characters - 1),
    }),
  );

it('the most unusual cells have the largest |z| by its definition, in the units of the cell as in bytes', () => {
  fc.assert(
    fc.property(outputs, ({ rows, position }) => {
      const bytes = Uint8Array.from(rows.flat());
      const found = mostUnusual(bytes, momentsOf(bytes, rows[0]!.length), position, rows.length);
      const changing = rows.flatMap((row, index) => (new Set(row).size > 1 ? [index] : []));
      expect(found.map(({ row }) => row).toSorted((a, b) => a - b)).toEqual(changing);
      // As values of h in [−1, 1].
      for (const { row, z } of found) {
        expect(z).toBeCloseTo(
          standardised(
            rows[row]!.map((byte) => -1 + (2 * byte) / 255),
            position,
          ),
          9,
        );
      }
      const sizes = found.map(({ z }) => Math.abs(z));
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      expect(mostUnusual(bytes, momentsOf(bytes, rows[0]!.length), position, 2)).toEqual(found.slice(0, 2));
    }),
  );
});

it('a passage comes out of an address as it went in, and what is none does not', () => {
  const passage = { start: 12, end: 40 };
  expect(passageIn(new URLSearchParams(passageQuery(passage)))).toEqual(passage);
  for (const query of ['', 'from=3', 'from=5&to=5', 'from=9&to=2', 'from=-1&to=4', 'from=a&to=4', 'from=1.5&to=4']) {
    expect(passageIn(new URLSearchParams(query)), query).toBeNull();
  }
});
