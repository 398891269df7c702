import { describe, expect, it } from 'vitest';
import { interchangeWords } from '../../../src/lib/interchange.ts';

const point = (cells: number, best: number, low: number, high: number) => ({ cells, best, low, high });

describe('what memory from inside does outside is said', () => {
  it('for one cell, for as many as there are, and for random ones', () => {
    const intoOutside = [point(1, 0.54, 0.17, 0.17), point(4, 0.57, 0.16, 0.18)];
    expect(interchangeWords({ inside: 0.68, outside: 0.17, intoOutside, intoInside: [] })).toBe(
      '17% where it is off. With the memory of its best cell from where it is on, that becomes 54%, and with that of its 4 best cells, 57%; with that of 4 random cells, 16% to 18%. Where the label really is on, it is 68%.',
    );
  });

  it('for a single number of cells, and without a range of what reads the same', () => {
    const intoOutside = [point(1, 0.009, 0.00101, 0.00102)];
    expect(interchangeWords({ inside: 0.034, outside: 0.001, intoOutside, intoInside: [] })).toBe(
      '0.1% where it is off. With the memory of its best cell from where it is on, that becomes 0.9%; with that of a random cell, 0.1%. Where the label really is on, it is 3.4%.',
    );
  });
});
