import { describe, expect, it } from 'vitest';
import type { AblationComparison, CellAblation } from '../../../pipeline/evidence/ablation/schema.ts';
import { lossWords, neededWords, probabilityWords, reachWords } from '../../../src/lib/evidence.ts';

const steps = { step: 'character', steps: 'characters' };
const lost = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
const untrained = { twins: 5, far: { half: 0, nineTenths: 0, of: 60 }, median: lost, most: lost };

describe('how far back a cell reaches is said', () => {
  it('in steps', () => {
    expect(reachWords({ lost, half: 18.7, nineTenths: 78.2 }, untrained, steps)).toEqual({
      half: 'Half of what its output varies by is there after 19 characters, nine tenths after 78.',
      beside: 'In 5 untrained networks no cell needs more than 20 for nine tenths.',
    });
  });

  it('in one step at least, or in more than the most that are read', () => {
    expect(reachWords({ lost, half: 0.3, nineTenths: null }, untrained, steps).half).toBe(
      'Half of what its output varies by is there after 1 character, nine tenths after more than 128.',
    );
    expect(reachWords({ lost, half: null, nineTenths: null }, untrained, steps).half).toContain(
      'after more than 128 characters, nine tenths',
    );
  });

  it('beside the untrained cells that reach far, if there are any', () => {
    const one = { ...untrained, far: { half: 0, nineTenths: 1, of: 60 } };
    expect(reachWords({ lost, half: 2, nineTenths: 4 }, one, steps).beside).toBe(
      'In 5 untrained networks 1 of 60 cells needs more than 20 for nine tenths.',
    );
  });
});

const LIKE_IT = { mean: 0.001, low: -0.002, high: 0.004 };
const comparison = (change: number, others: AblationComparison['mean']['others'] = LIKE_IT): AblationComparison => {
  const changed = { change, interval: null, others };
  return { steps: 100, asIs: 0.6, mean: changed, zero: changed };
};
const ablation = (inside: number, needed: CellAblation['needed']): CellAblation => ({
  ...{
    meanOfH: 0.1,
    measuredAt: 100,
    estimated: false,
    agreement: { estimated: 0, measured: 0 },
    others: 20,
    everywhere: comparison(0.0001),
    closing: null,
    needed,
  },
  byLabel: { hypothesis: 'a', alignment: 'reading', inside: comparison(inside), outside: comparison(0) },
});

describe('what is lost without a cell is said', () => {
  it('with its size only where it is outside the range of cells like it', () => {
    expect(lossWords(comparison(0.003))).toBe('changes no more than without cells like it');
    expect(lossWords(comparison(-0.002))).toBe('changes no more than without cells like it');
    expect(lossWords(comparison(0.0213))).toBe(
      'rises by 0.0213, more than without any cell like it (−0.0020 to +0.0040)',
    );
    expect(lossWords(comparison(-0.01))).toBe(
      'falls by 0.0100, further down than without any cell like it (−0.0020 to +0.0040)',
    );
  });

  it('with its size where there are no cells like it, and not at all where nothing changes', () => {
    expect(lossWords(comparison(0.003, null))).toBe('rises by 0.0030');
    expect(lossWords(comparison(0.00001, null))).toBe('stays as it is');
  });

  it('as needed, as chance, as nothing found, or as not to be told', () => {
    expect(neededWords(ablation(0.02, { is: true, p: 0.004 }), 'a')).toBe(
      'It is needed for “a” (p = 0.004 over all cells).',
    );
    expect(neededWords(ablation(0.02, { is: false, p: 0.3 }), 'a')).toBe(
      'That may be chance (p = 0.300 over all cells).',
    );
    expect(neededWords({ ...ablation(0.02, { is: false, p: 0.3 }), estimated: true }, 'a')).toBe(
      'That may be chance (p = 0.300 over all cells, estimated).',
    );
    expect(neededWords(ablation(0.003, { is: false, p: 0.3 }), 'a')).toBe('It is not found to be needed for “a”.');
    expect(neededWords({ ...ablation(0, { is: false, p: 1 }), byLabel: null }, null)).toBe(
      'It is not found to be needed.',
    );
    expect(neededWords(ablation(0.02, null), 'a')).toBe('There is too little text to tell whether it is needed.');
  });

  it('of a probability in the same way', () => {
    expect(probabilityWords(comparison(0.003))).toBe('(0.6000) changes no more than without cells like it');
    expect(probabilityWords(comparison(-0.2))).toBe(
      'goes from 0.6000 to 0.4000 (without cells like it, −0.0020 to +0.0040)',
    );
    expect(probabilityWords(comparison(-0.7, null))).toBe('goes from 0.6000 to 0.0000');
  });
});
