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
      const [left, top] = first.match(/-?[\d.]+/g)!.map(Number) as [number, number];
      let [x, y] = [left, top];
      const further = rest.split(' ').map((step): [number, number] => {
        const [dx, dy] = step.match(/-?[\d.]+/g)!.map(Number) as [number, number];
        x += dx;
        y += dy;
        return [x, y];
      });
      return rest === '0,0' ? [[left, top]] : [[left, top], ...further];
    });
}

describe('stepLine', () => {
  const heights = fc.array(fc.option(fc.double({ min: -500, max: 500, noNaN: true }), { freq: 6, nil: null }), {
    minLength: 1,
    maxLength: 90,
  });
  const thereOf = (at: readonly (number | null)[], step: number) =>
    at.flatMap((y, index) => (y === null ? [] : [{ x: 20 + index * step, y }]));

  it('turns at points alone, to a twentieth of a step and half a unit', () => {
    fc.assert(
      fc.property(heights, fc.integer({ min: 1, max: 97 }), (at, sevenths) => {
        const there = thereOf(at, sevenths / 7);
        for (const [x, y] of pointsOf(stepLine(at, 20, sevenths / 7)).flat()) {
          const near = there.filter((point) => Math.abs(point.x - x) <= 0.0501 && Math.abs(point.y - y) <= 0.5);
          expect(near.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('passes within one unit and a quarter of every point, and breaks where there is none', () => {
    fc.assert(
      fc.property(heights, fc.integer({ min: 1, max: 12 }), (at, step) => {
        const drawn = pointsOf(stepLine(at, 20, step));
        for (const { x, y } of thereOf(at, step)) {
          const part = drawn.find((points) => x >= points[0]![0] && x <= points.at(-1)![0])!;
          const next = part.findIndex(([toX]) => toX >= x);
          const [[fromX, fromY], [toX, toY]] = [part[Math.max(0, next - 1)]!, part[next]!];
          const height = toX === fromX ? toY : fromY + ((toY - fromY) * (x - fromX)) / (toX - fromX);
          expect(Math.abs(height - y)).toBeLessThanOrEqual(1.2501);
        }
      }),
    );
    expect(stepLine([1, 2, null, 4], 0, 10)).toBe('M0,1l10,1M30,4l0,0');
  });
});

describe('stepBand', () => {
  it('goes along the upper side and back along the lower, by the points that are kept and not passed anyway', () => {
    const [high, low] = [
      [10, 11, 12, 13, null, 15, 16],
      [0, 1, 2, 3, null, 5, 6],
    ];
    expect(stepBand(high, low, 0, 10, (index) => index === 2)).toBe('M0,10l30,3 0-10 -30-3zM50,15l10,1 0-10 -10-1z');
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
