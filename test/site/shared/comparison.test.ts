import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Comparison,
  correlation,
  MOST_CELLS,
  moved,
  readComparison,
  writeComparison,
} from '../../../src/shared/comparison.ts';
import { lineText, wrapLines } from '../../../src/shared/text.ts';

describe('the lines of a comparison', () => {
  it('tile the passage, are never too long, and cut no word that fits', () => {
    const words = fc.array(fc.constantFrom('a', 'be', 'sea', ' ', ' ', '\n', '😀'), { maxLength: 300 });
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 30 }), (characters, width) => {
        const text = characters.join('');
        const points = [...text];
        const lines = wrapLines(points, width);
        expect(lines.map(({ start, end }) => points.slice(start, end).join('')).join('')).toBe(text);
        for (const { start, end } of lines) {
          expect(end - start).toBeLessThanOrEqual(width);
          const [before, after] = [points[end - 1]!, points[end] ?? ' '];
          if (!/\s/u.test(before + after)) expect(points.slice(start, end).join('')).not.toMatch(/\s/u);
        }
      }),
    );
  });

  it('show a line break as a sign, so that what is beneath stays beneath', () => {
    expect(lineText([...'one\ntwo'], { start: 2, end: 6 })).toBe('e↵tw');
  });
});

describe('the correlation of two cells', () => {
  it('is that of the textbook, and nothing where one does not change', () => {
    expect(correlation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1);
    expect(correlation([1, 2, 3, 4], [2, 1, 4, 3])).toBeCloseTo(0.6);
    expect(correlation([1, 2, 3], [5, 5, 5])).toBeNaN();
  });
});

describe('the address of a comparison', () => {
  const first: Comparison = { signal: 'h', cells: ['1-0', '1-1'], at: 90, length: 600 };
  const idOf = (typed: string): string | null => (/^[12]-\d$/.test(typed) ? typed : null);
  const read = (query: string) => readComparison(new URLSearchParams(query), first, idOf, 10_000);

  it('leaves out what goes without saying, and says the rest', () => {
    expect(writeComparison(first, first)).toBe('');
    const other: Comparison = { signal: 'c', cells: ['2-3', '1-0'], at: 0, length: 300 };
    expect(writeComparison(other, first)).toBe('?signal=c&cells=2-3,1-0&at=0&length=300');
    expect(read(writeComparison(other, first)).comparison).toEqual(other);
  });

  it('gives each cell once, eight at most, and names those that there are none of', () => {
    const { comparison, unknown } = read('cells=1-0,1-0,<b>,1-1,1-2,1-3,1-4,1-5,1-6,1-7,1-8&add=2-1&at=-4&length=7');
    expect(comparison.cells).toHaveLength(MOST_CELLS);
    expect(new Set(comparison.cells).size).toBe(MOST_CELLS);
    expect(unknown).toEqual(['<b>']);
    expect(comparison).toMatchObject({ at: 0, length: 600 });
    expect(read('cells=&at=nonsense').comparison).toEqual(first);
    expect(read('signal=o').comparison.signal).toBe('h');
    expect(read('at=20000').comparison.at).toBe(9999);
  });

  it('takes a cell to another place in the list', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 2, 5)).toEqual(['a', 'b', 'c']);
  });
});
