import { describe, expect, it } from 'vitest';
import { intoOutsideWords } from '../../../src/lib/interchange.ts';

const point = (cells: number, best: number, low: number, high: number) => ({ cells, best, low, high });

describe('what memory from inside does outside is said', () => {
  it('for one cell, for as many as there are, and for random ones', () => {
    const intoOutside = [point(1, 0.54, 0.17, 0.17), point(4, 0.57, 0.16, 0.18)];
    expect(intoOutsideWords({ inside: 0.68, outside: 0.17, intoOutside, intoInside: [] })).toBe(
      '17% outside, 54% with the memory of its best cell from inside, and 57% with that of 4; with 4 random cells it is 16% to 18%, and really inside 68%',
    );
  });

  it('for a single number of cells', () => {
    const intoOutside = [point(1, 0.009, 0.001, 0.001)];
    expect(intoOutsideWords({ inside: 0.034, outside: 0.001, intoOutside, intoInside: [] })).toBe(
      '0.1% outside, 0.9% with the memory of its best cell from inside; with 1 random cell it is 0.1%, and really inside 3.4%',
    );
  });
});
