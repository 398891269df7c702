import { describe, expect, it } from 'vitest';
import { headlineHypotheses, scoresByCell } from '../../pipeline/gallery/headline.ts';
import type { Score } from '../../pipeline/scoring/rank.ts';

const score = (cell: string, hypothesis: string, alignment: Score['alignment'] = 'reading') =>
  ({ cell, hypothesis, alignment, signal: 'h', direction: 1 }) as Score;

/** Twelve characters, of which the sample has those from 1 to 10. */
const rare = { id: 'rare', kind: 'binary', values: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0] } as const;
const broad = { id: 'broad', kind: 'binary', values: [0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 1] } as const;
const positions = Array.from({ length: 10 }, (_, k) => k + 1);
const sample = (...rows: number[][]) => ({
  positions,
  signals: ['h'] as const,
  bytes: Uint8Array.from(rows.flat()),
});

describe('the headline hypothesis', () => {
  it('is the one that explains most of what moves the cell, not the one that is told best', () => {
    // High on the broad label, and highest of all at the rare one: that has an AUROC of 1.
    const cell = [10, 200, 255, 200, 10, 12, 200, 205, 200, 10];
    const found = headlineHypotheses(['1-0'], [score('1-0', 'rare'), score('1-0', 'broad')], sample(cell), [
      rare,
      broad,
    ]);
    expect(found).toEqual(['broad']);
  });

  it('is judged with the label of the next character where the score was chosen to foresee', () => {
    const foresees = positions.map((position) => 250 * broad.values[position + 1]!);
    const scores = [score('1-0', 'rare'), score('1-0', 'broad', 'predicting')];
    expect(headlineHypotheses(['1-0'], scores, sample(foresees), [rare, broad])).toEqual(['broad']);
    const reads = positions.map((position) => 250 * rare.values[position]!);
    expect(headlineHypotheses(['1-0'], scores, sample(reads), [rare, broad])).toEqual(['rare']);
  });

  it('is none of a cell that has no scores, and the strongest of one that never moves', () => {
    const still = positions.map(() => 128);
    const scores = [score('1-1', 'rare'), score('1-1', 'broad')];
    expect(headlineHypotheses(['1-0', '1-1'], scores, sample(still, still), [rare, broad])).toEqual([null, 'rare']);
  });

  it('comes before the other scores of its cell, which keep their order', () => {
    const scores = ['a', 'b', 'c'].map((hypothesis) => score('1-0', hypothesis));
    const ordered = scoresByCell(['1-0', '1-1'], scores, ['c', null]);
    expect(ordered.get('1-0')!.map(({ hypothesis }) => hypothesis)).toEqual(['c', 'a', 'b']);
    expect(ordered.get('1-1')).toEqual([]);
  });
});
