import { describe, expect, it } from 'vitest';
import type { Gallery, Score } from '../../../pipeline/contract/index.ts';
import {
  besideUntrained,
  type Memory,
  mostUntrained,
  reachedBy,
  readOffFew,
  rememberedThings,
  type Standing,
  standingOf,
  standingWords,
} from '../../../src/lib/memory-words.ts';
import { windowValue } from '../../../src/shared/window-value.ts';

const POINT = { steps: 0, cells: 0, untrained: [] as number[] };
const MEMORY: Memory = {
  steps: 20,
  adds: 0.05,
  p: 0.05,
  cells: 2,
  adding: 4,
  untrained: [0, 1, 0],
  directions: null,
  curve: [
    { steps: 0, cells: 90, untrained: [80, 70] },
    { steps: 8, cells: 10, untrained: [1, 0] },
    { steps: 20, cells: 5, untrained: [0, 0] },
  ],
  hypotheses: ['quotes', 'vowel'].map((hypothesis, k) => ({
    hypothesis,
    left: [],
    windows: [
      { steps: 3, reading: 0.7, predicting: 0.6 },
      { steps: 20, reading: 0.92, predicting: 0.8 },
    ],
    cells: k + 1,
    best: null,
    untrained: 0.01,
  })),
};
const GALLERY = {
  evaluatedOn: 'held-out',
  memory: MEMORY,
  interpretable: { auroc: 0.9, spearman: 0.8, p: 0.05 },
} as unknown as Gallery;

const SCORE = {
  hypothesis: 'quotes',
  alignment: 'reading',
  direction: 1,
  auroc: 0.95,
  spearman: null,
  pShift: 0.01,
  untrained: 0.8,
  remembers: false,
} as unknown as Score;

describe('a score stands', () => {
  it.each<[Standing, Partial<Score>, Partial<Gallery>]>([
    ['beyond', {}, {}],
    ['remembers', { remembers: true }, {}],
    // An untrained cell, or the last steps, reach as much: point beside point.
    ['reached', { untrained: 0.95 }, {}],
    ['reached', { auroc: 0.91 }, {}],
    ['reached', { alignment: 'predicting', auroc: 0.9, untrained: 0.9 }, {}],
    ['beyond', { alignment: 'predicting', auroc: 0.9 }, {}],
    ['weak', { auroc: 0.8 }, {}],
    ['weak', { direction: -1 }, {}],
    ['chance', { pShift: 0.06 }, {}],
    ['chance', { pShift: 0.06, auroc: 0.6 }, {}],
    // What was not tested is neither chance nor anything else.
    ['untested', { pShift: null }, {}],
    ['untested', { remembers: true, pShift: 0.01 }, { evaluatedOn: 'all' }],
    // Without windows and untrained networks there is nothing that could reach it.
    ['beyond', { untrained: null, auroc: 0.91 }, { memory: null }],
  ])('%s, given %o', (standing, score, gallery) => {
    expect(standingOf({ ...GALLERY, ...gallery }, { ...SCORE, ...score })).toBe(standing);
  });

  it('beside those that reach as much', () => {
    expect(reachedBy(GALLERY, SCORE)).toEqual([]);
    expect(reachedBy(GALLERY, { ...SCORE, untrained: 0.96 })).toEqual(['untrained']);
    expect(reachedBy(GALLERY, { ...SCORE, auroc: 0.9, untrained: 0.9 })).toEqual(['untrained', 'window']);
  });

  it('beside what the last steps say under its own alignment', () => {
    expect(windowValue(MEMORY, SCORE)).toBe(0.92);
    expect(windowValue(MEMORY, { ...SCORE, alignment: 'predicting' }, 3)).toBe(0.6);
    expect(windowValue(MEMORY, { ...SCORE, hypothesis: 'unknown' })).toBeNull();
    expect(windowValue(null, SCORE)).toBeNull();
  });
});

describe('what a page’s description says of a score', () => {
  const gallery = {
    ...GALLERY,
    dataset: { drawn: 'text', words: { steps: 'characters', whole: 'text' } },
    model: { learnedFrom: 9 },
  } as unknown as Gallery;
  const words = (more: Partial<Score>) => standingWords(gallery, { scores: [{ ...SCORE, interval: null, ...more }] });

  it('is what it remembers, or a score that nothing untrained reaches, and of any other score nothing', () => {
    expect(words({ remembers: true, adds: 0.82 })).toBe(
      'It takes away 82% of what the last 20 characters leave open. ',
    );
    expect(words({})).toBe('AUROC 0.95 on text it never saw. ');
    expect(words({ direction: -1, auroc: 0.05 })).toBe('AUROC 0.95 on text it never saw. ');
    expect(words({ auroc: 1, untrained: 1 })).toBe('');
    expect(words({ pShift: 0.2 })).toBe('');
    expect(standingWords(gallery, { scores: [] })).toBe('');
  });
});

describe('of a gallery it is said', () => {
  it('what untrained cells add untested beside what its own add untested, never beside those that passed a test', () => {
    expect(besideUntrained(MEMORY)).toBe(' Without a test it would be 4, and up to 1 in 3 untrained networks.');
    expect(besideUntrained({ ...MEMORY, untrained: [0, 0] })).toBe(' In 2 untrained networks, no cell does.');
    expect(besideUntrained({ ...MEMORY, untrained: [] })).toBe('');
  });

  it('that most of what cells show can be read off a few steps only where less than half of them add to these', () => {
    expect(readOffFew(MEMORY)).toEqual({ cells: true, untrained: true });
    const [nothing, , all] = MEMORY.curve;
    expect(readOffFew({ ...MEMORY, curve: [nothing!, { ...POINT, steps: 8, cells: 45 }, all!] }).cells).toBe(false);
    expect(readOffFew({ ...MEMORY, curve: [{ ...nothing!, untrained: [80, 45] }, ...MEMORY.curve.slice(1)] })).toEqual({
      cells: true,
      untrained: false,
    });
    expect(readOffFew({ ...MEMORY, curve: [] })).toEqual({ cells: false, untrained: false });
  });

  it('how many cells of the untrained network that has most add as much, and nothing where there is none', () => {
    expect(mostUntrained(MEMORY)).toBe(1);
    expect(mostUntrained({ ...MEMORY, untrained: [] })).toBeNull();
  });

  it('first what most of its cells remember', () => {
    expect(rememberedThings(MEMORY).map(({ hypothesis }) => hypothesis)).toEqual(['vowel', 'quotes']);
  });
});
