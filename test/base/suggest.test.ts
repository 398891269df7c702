import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestName, suggestNames } from '../../pipeline/base/suggest.ts';

describe('editDistance', () => {
  it('agrees with the worked examples of the literature', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('saturday', 'sunday')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('🐇', 'x')).toBe(1);
  });

  it('is a metric', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});

describe('suggestNames', () => {
  it('guesses a near name and lists all of them', () => {
    expect(suggestNames('alcie', ['holmes', 'alice'])).toBe('Known: holmes, alice.');
    expect(suggestNames('alise', ['holmes', 'alice'])).toBe('Did you mean "alice"? Known: holmes, alice.');
  });

  it('guesses nothing from afar, and says when there is nothing', () => {
    expect(nearestName('xyz', ['alice'])).toBeUndefined();
    expect(suggestNames('alice', [])).toBe('There are none yet.');
  });
});
