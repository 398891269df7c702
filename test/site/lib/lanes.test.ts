import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneRange, stepBand, stepLine } from '../../../src/lib/lanes.ts';

/** The points that a path of absolute and relative steps passes through, a list for each of its parts. */
function pointsOf(path: string): [number, number][][] {
  return path
    .split('M')
    .slice(1)
    .map((part) => {
      const [first = '', rest = ''] = part.split('l');
      let [x, y] = first.split(',').map(Number) as [number, number];
      const further = rest.split(' ').map((step): [number, number] => {
        const [dx, dy] = step.split(',').map(Number) as [number, number];
        x += dx;
        y += dy;
        return [x, y];
      });
      const start = first.split(',').map(Number) as [number, number];
      return rest === '0,0' ? [start] : [start, ...further];
    });
}

describe('stepLine', () => {
  it('passes within a twentieth of a step and half a unit of every point, and breaks where there is none', () => {
    const height = fc.option(fc.double({ min: -500, max: 500, noNaN: true }), { freq: 6, nil: null });
    fc.assert(
      fc.property(
        fc.array(height, { minLength: 1, maxLength: 90 }),
        fc.integer({ min: 1, max: 97 }),
        (at, sevenths) => {
          const step = sevenths / 7;
          const drawn = pointsOf(stepLine(at, 20, step)).flat();
          const there = at.flatMap((y, index) => (y === null ? [] : [{ x: 20 + index * step, y }]));
          expect(drawn).toHaveLength(there.length);
          there.forEach(({ x, y }, k) => {
            expect(Math.abs(drawn[k]![0] - x)).toBeLessThanOrEqual(0.0501);
            expect(Math.abs(drawn[k]![1] - y)).toBeLessThanOrEqual(0.5);
          });
        },
      ),
    );
    expect(stepLine([1, 2, null, 4], 0, 10)).toBe('M0,1l10,1M30,4l0,0');
  });
});

describe('stepBand', () => {
  it('goes along the upper side and back along the lower, by the points that are kept and its ends', () => {
    const [high, low] = [
      [10, 11, 12, 13, null, 15, 16],
      [0, 1, 2, 3, null, 5, 6],
    ];
    expect(stepBand(high, low, 0, 10, (index) => index === 2)).toBe(
      'M0,10l20,2 10,1 0,-10 -10,-1 -20,-2zM50,15l10,1 0,-10 -10,-1z',
    );
  });
});

describe('laneRange', () => {
  it('is what the values reach, or wider where they hardly differ, within bounds', () => {
    const bounds = { low: -5, high: 5 };
    expect(laneRange([3, null, -1], 2, bounds)).toEqual([-1, 3]);
    expect(laneRange([0.5, 0.5], 0.1, bounds)).toEqual([0.45, 0.55]);
    expect(laneRange([], 1, bounds)).toEqual([-0.5, 0.5]);
    expect(laneRange([0.2, 1.02], 0.1, { low: 0, high: 1 })).toEqual([0.2, 1]);
  });
});
