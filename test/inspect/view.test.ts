import { describe, expect, it } from 'vitest';
import { drawStrip } from '../../pipeline/inspect/view.ts';

describe('drawStrip', () => {
  it('draws eight heights where there is no colour, and never leaves them', () => {
    expect(drawStrip([0, 0.13, 0.5, 0.99, 1], { low: 0, high: 1 }, 1)).toBe('▁▂▅██');
    expect(drawStrip([-9, -1, 0, 1, 9], { low: -1, high: 1 }, 4)).toBe('▁▁▅██');
    expect(drawStrip([], { low: 0, high: 1 }, 1)).toBe('');
  });

  it('draws a block of its own colour for each step, and ends in the colour that was before', () => {
    const strip = drawStrip([-1, 0, 1], { low: -1, high: 1 }, 24);
    const colours = [...strip.matchAll(/\[38;2;(\d+);(\d+);(\d+)m█/g)].map(([, ...rgb]) => rgb.map(Number));
    expect(colours).toHaveLength(3);
    const [negative, zero, positive] = colours as [number[], number[], number[]];
    expect(negative[2]).toBeGreaterThan(negative[0]!);
    expect(positive[0]).toBeGreaterThan(positive[2]!);
    expect(Math.max(...zero) - Math.min(...zero)).toBeLessThan(10);
    expect(strip.endsWith('\u001b[39m')).toBe(true);
  });

  it('takes the nearest of 256 colours where there are no more', () => {
    const strip = drawStrip([0, 1], { low: 0, high: 1 }, 8);
    const numbers = [...strip.matchAll(/\[38;5;(\d+)m█/g)].map(([, number]) => Number(number));
    expect(numbers).toHaveLength(2);
    for (const number of numbers) expect(number).toSatisfy((value: number) => value >= 16 && value <= 231);
    expect(numbers[0]).not.toBe(numbers[1]);
  });
});
