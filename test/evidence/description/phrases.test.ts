import { describe, expect, it } from 'vitest';
import type { FeatureColumn } from '../../../pipeline/datasets/features.ts';
import type { Measure } from '../../../pipeline/datasets/series/features.ts';
import type { RunningCount } from '../../../pipeline/datasets/text/running-counts.ts';
import { columnNoun, glimpsePhrase, listed, rangePhrase } from '../../../pipeline/evidence/description/phrases.ts';

type RisingColumn = Exclude<FeatureColumn, { kind: 'glimpse' }>;

const MOST = [0, 1, 2, 5, 10, Number.POSITIVE_INFINITY];
const LAST = MOST.length - 1;
const common = { bins: new Uint8Array(), size: MOST.length, sets: 'rising' } as const;
const counted = (count: RunningCount): RisingColumn => ({ ...common, kind: 'count', count, most: MOST });
const measured = (measure: Measure, most = MOST): RisingColumn => ({ ...common, kind: 'measure', measure, most });

describe('a glimpse in words', () => {
  it.each([
    [{ is: 'text', of: 'th', back: 0 }, 'after “th”'],
    [{ is: 'text', of: ' ', back: 1 }, 'one character after a space'],
    [{ is: 'text', of: ' a', back: 0 }, 'after a space and “a”'],
    [{ is: 'text', of: '.\n\n', back: 0 }, 'after “.”, a line break and a line break'],
    [{ is: 'class', of: 'vowel', back: 2 }, 'two characters after a vowel'],
    [{ is: 'class', of: 'white space', back: 3 }, 'three characters after white space'],
  ] as const)('%j', (glimpse, words) => {
    expect(glimpsePhrase(glimpse)).toBe(words);
  });
});

describe('a range of counts in words', () => {
  it.each<[RunningCount, number, number, string]>([
    ['since comma', -1, 0, 'after a comma or colon'],
    ['since comma', -1, 1, 'at most 1 character after a comma or colon'],
    ['since line break', -1, 4, 'at most 10 characters after a line break'],
    ['since line break', 3, LAST, 'more than 5 characters after a line break'],
    ['since line break', 0, LAST, 'not after a line break'],
    ['since line break', 1, 2, '2 characters after a line break'],
    ['since line break', 0, 3, '1 to 5 characters after a line break'],
    ['letters of the word', -1, 0, 'between words'],
    ['letters of the word', -1, 2, 'up to the second letter of a word'],
    ['letters of the word', 0, LAST, 'in a word'],
    ['letters of the word', 0, 1, 'at the first letter of a word'],
    ['letters of the word', 1, LAST, 'from the second letter of a word on'],
    ['letters of the word', 2, 3, 'from the third to the fifth letter of a word'],
    ['open brackets', -1, 0, 'outside brackets'],
    ['open brackets', 0, LAST, 'inside brackets'],
    ['open brackets', 1, LAST, 'inside 2 or more brackets'],
    ['open brackets', -1, 1, 'inside fewer than 2 brackets'],
    ['in double marks', 0, LAST, 'inside double quotation marks'],
  ])('%s in (%i, %i]', (count, above, atMost, words) => {
    expect(rangePhrase(counted(count), above, atMost)).toBe(words);
  });

  it('and what is counted', () => {
    expect(columnNoun(counted('since capital'))).toBe('the distance from the last capital');
    expect(columnNoun(counted('letters of the word'))).toBe('the number of letters of the word');
  });
});

describe('a range of a measure in words', () => {
  const rain = { title: 'Rain', unit: 'mm' };
  it.each<[Measure, number, number, string]>([
    [{ is: 'value', ...rain }, -1, 2, 'the rain is at most 2 mm'],
    [{ is: 'value', ...rain }, 2, LAST, 'the rain is above 2 mm'],
    [{ is: 'mean', ...rain, over: 24 }, 1, 3, 'the mean of the rain over 24 steps is between 1 mm and 5 mm'],
    [{ is: 'change', title: 'pH', unit: '', over: 1 }, -1, 0, 'the change of pH over 1 step is at most 0'],
    [{ is: 'since above', ...rain, level: 0.25 }, -1, 0, 'the rain is above 0.25 mm'],
    [{ is: 'since above', ...rain, level: 0 }, -1, 3, 'the rain was last above 0 mm at most 5 steps ago'],
    [{ is: 'since not above', ...rain, level: 0 }, 3, LAST, 'the rain was last at most 0 mm more than 5 steps ago'],
    [{ is: 'since not above', ...rain, level: 0 }, 2, 3, 'the rain was last at most 0 mm 3 to 5 steps ago'],
    [{ is: 'phase', period: 24 }, -1, 3, 'it is step 1 to 6 of the period’s 24'],
    [{ is: 'phase', period: 24 }, 2, 3, 'it is step 4 to 6 of the period’s 24'],
    [{ is: 'phase', period: 24 }, 3, LAST, 'it is past step 6 of the period’s 24'],
  ])('%j in (%i, %i]', (measure, above, atMost, words) => {
    expect(rangePhrase(measured(measure), above, atMost)).toBe(words);
  });

  it('has as many decimals as its range is worth', () => {
    const of = (most: number[]) => rangePhrase(measured({ is: 'value', title: 'x', unit: '' }, most), -1, 0);
    expect(of([1013.24, 1020, 1030])).toBe('x is at most 1013.2');
    expect(of([-0.01234, 0.01])).toBe('x is at most −0.0123');
    expect(of([12345.6, 99999])).toBe('x is at most 12346');
  });
});

describe('a list in words', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('%j', (parts, words) => {
    expect(listed(parts, 'and')).toBe(words);
  });
});
