import fc from 'fast-check';
import { expect, it } from 'vitest';
import { doubledMidranks, midrankOf, midrankTable } from '../../pipeline/statistics/ranks.ts';

const someValues = fc.array(fc.constantFrom(-3, -0.5, 0, 1, 2, 7), { minLength: 1, maxLength: 40 });

it('a doubled midrank is twice the smaller values, and the equal ones, and one', () => {
  fc.assert(
    fc.property(someValues, fc.nat(), (values, seed) => {
      const positions = Int32Array.from(values.keys()).filter((t) => t % 3 !== seed % 3 || t === 0);
      const among = Array.from(positions, (t) => values[t]!);
      const expected = values.map((value, t) => {
        if (!positions.includes(t)) return 0;
        const smaller = among.filter((other) => other < value).length;
        return 2 * smaller + among.filter((other) => other === value).length + 1;
      });
      expect([...doubledMidranks(values, positions)]).toEqual(expected);
      const table = midrankTable(values, positions);
      expect(Array.from(positions, (t) => midrankOf(table, values[t]!))).toEqual(expected.filter((rank) => rank > 0));
    }),
  );
});
