import { describe, expect, it } from 'vitest';
import type { CellSummary } from '../../../pipeline/contract/index.ts';
import { rowTexts, scoreWords, whatIsLearned, whatItDoes } from '../../../src/shared/listing.ts';
import { NO_FILTERS, rankCells } from '../../../src/shared/ranking.ts';

const HYPOTHESES = ['word-final', 'word-initial'].map((id) => ({
  ...{ id, needsMemory: true, title: `Title of ${id}` },
  phrases: { on: `On at ${id}`, off: `Off at ${id}` },
}));
const CELL: CellSummary = {
  ...{ id: '1-7', layer: 1, unit: 7, explanation: 'Tracks: off at word-initial', heading: 'tracks', found: null },
  ...{ best: 1, interpretable: true, strength: [700, 800], passes: [0, 1], remembers: [], beyond: [1] },
  ...{ value: [850, 901], choice: ['hr+', 'cp-'] },
};
const row = (cell: CellSummary, hypothesis = '') => rankCells([cell], HYPOTHESES, { ...NO_FILTERS, hypothesis })[0]!;
const texts = (cell: CellSummary, hypothesis = '') => rowTexts(row(cell, hypothesis), HYPOTHESES, (letter) => letter);

describe('a row of a list', () => {
  it('says all of it about one hypothesis and one direction', () => {
    expect(texts(CELL)).toEqual([
      ...['Tracks: off at word-initial', 'Title of word-initial', 'beyond untrained', '0.90', 'c', 'off, predicting'],
    ]);
    expect(texts(CELL, 'word-final')).toEqual([
      ...['On at word-final', 'Title of word-final', 'untrained too', '0.85', 'h', 'on, reading'],
    ]);
    // A name belongs to what heads the cell.
    const named = { ...CELL, name: 'The keeper' };
    expect(texts(named)[0]).toBe('The keeper');
    expect(texts(named, 'word-final')[0]).toBe('On at word-final');
    expect(texts(named, 'word-initial')[0]).toBe('The keeper');
  });

  it('stands no hypothesis and no score of one beside a rule', () => {
    const found: CellSummary = { ...CELL, heading: 'found', found: 430, explanation: 'Found: high after a vowel' };
    expect(texts(found).slice(0, 4)).toEqual([
      ...['Found: high after a vowel', 'a rule, found automatically', 'explains 43%', '–'],
    ]);
    expect(texts(found, 'word-initial')[0]).toBe('Off at word-initial');
    expect(scoreWords(row(found), false)).toBe('the rule explains 43%');
  });

  it('says what is learned before any score, and never leads with one that an untrained cell reaches', () => {
    const kept = { ...CELL, remembers: [{ hypothesis: 1, adds: 820 }] };
    expect([whatIsLearned(row(kept)), scoreWords(row(kept), false)]).toEqual([
      ...['adds 82%', 'adds 82% to what was read last'],
    ]);
    expect(scoreWords(row(CELL), false)).toBe('AUROC 0.90');
    const reached = { ...CELL, beyond: [] };
    expect([whatIsLearned(row(reached)), scoreWords(row(reached), false)]).toEqual([
      ...['untrained too', 'no better than an untrained cell'],
    ]);
    expect(whatIsLearned(row({ ...CELL, passes: [] }))).toBe('–');
    expect(whatItDoes(row({ ...CELL, best: null }), HYPOTHESES)).toBe('Tracks: off at word-initial');
  });
});
