import { describe, expect, it } from 'vitest';
import { heardSummary } from '../../../src/shared/summary.ts';

const TEXT = [...'So she said, ‘I wish I had not cried so much!’ and then she swam about, trying to find her way out.'];
const from = TEXT.indexOf('‘');
const to = TEXT.indexOf('’');

describe('what is heard before a coloured text', () => {
  it('names where the signal is high and where it is low, long stretches by their ends', () => {
    const inside = (t: number) => (t >= from && t <= to ? 0.9 : 0.1);
    expect(heardSummary(TEXT, inside, 'memory')).toBe(
      'Its memory is high over “‘I wish I … cried so much!’”; low over “So she said,” and “and then she … her way out.”.',
    );
  });

  it('says so where nothing goes up or down, and where there are no values', () => {
    expect(heardSummary(TEXT, () => 0.5, 'output')).toBe('Its output stays about the same all along.');
    expect(heardSummary([' ', '\n'], () => 1, 'output')).toBe('Its output stays about the same all along.');
    expect(heardSummary(TEXT, () => null, 'output')).toBe('Its output stays about the same all along.');
  });

  it('goes by the word, and leaves out what has no value yet', () => {
    const way = TEXT.join('').indexOf('way');
    const spike = (t: number) => (t === 0 ? null : t >= way && t < way + 3 ? 1 : 0);
    expect(heardSummary(TEXT, spike, 'output')).toMatch(/^Its output is high over “way”; low over “/u);
  });
});
