import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairPlaces } from '../../../pipeline/evidence/interchange/places.ts';

const OPTIONS = { before: 3, after: 2, most: 4 };

describe('the places at which memory is interchanged', () => {
  it('lie well within stretches on which the label stays as it is', () => {
    //               0  1  2  3  4  5  6  7  8  9 10 11 12 13
    const values = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1];
    const pairs = pairPlaces(values, [...values.keys()], OPTIONS);
    // On from 0 to 5: 2 and 3 have three before, themselves among them, and two after. Off from 6 to 10: 8 alone.
    expect(pairs).toEqual([{ inside: 2, outside: 8 }]);
  });

  it('never reach over a gap between positions, and keep to what is asked of them', () => {
    const label = fc.array(fc.boolean(), { minLength: 60, maxLength: 60 });
    const kept = fc.array(fc.boolean(), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(label, kept, (marks, keeps) => {
        // Runs of five, so that there are places at all.
        const values = marks.map((_, t) => Number(marks[Math.floor(t / 12)]!));
        const positions = [...values.keys()].filter((t) => keeps[Math.floor(t / 9)]!);
        const among = new Set(positions);
        const pairs = pairPlaces(values, positions, OPTIONS);
        expect(pairs.length).toBeLessThanOrEqual(OPTIONS.most);
        for (const { inside, outside } of pairs) {
          for (let t = -2; t <= 2; t++) {
            expect([values[inside + t], values[outside + t]]).toEqual([1, 0]);
            expect(among.has(inside + t) && among.has(outside + t)).toBe(true);
          }
        }
      }),
    );
  });
});
