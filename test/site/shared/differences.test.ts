import { describe, expect, it } from 'vitest';
import { differences, differenceWords } from '../../../src/shared/differences.ts';

describe('the differences of two continuations', () => {
  it.each([
    ['', '', { partsAt: null, differing: 0, compared: 0 }, ''],
    ['abc', 'ab', { partsAt: null, differing: 0, compared: 2 }, 'The same so far: all 2 characters.'],
    [
      'tea time',
      'tee tame',
      { partsAt: 2, differing: 2, compared: 8 },
      'They part after 2 characters; 2 of 8 are different.',
    ],
    ['xa', 'ya', { partsAt: 0, differing: 1, compared: 2 }, 'They part at the first character; 1 of 2 are different.'],
  ])('of “%s” and “%s” are counted place by place', (free, held, expected, words) => {
    expect(differences([...free], [...held])).toEqual(expected);
    expect(differenceWords(expected)).toBe(words);
  });
});
