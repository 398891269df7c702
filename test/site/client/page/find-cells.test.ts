import { describe, expect, it } from 'vitest';
import type { CellSummary } from '../../../../pipeline/contract/index.ts';
import { find } from '../../../../src/client/page/find-cells.ts';

const TITLES = ['Space', 'Characters since the line break', 'Line break', 'Inside quotation marks'];
const CATALOGUE = { hypotheses: ['space', 'since-line-break', 'line-break', 'inside-quotes'], titles: TITLES };

/** @param strength by the hypotheses, 0 where the score does not pass */
function cell(id: string, strength: number[], more: Partial<CellSummary> = {}): CellSummary {
  const [layer, unit] = id.split('-').map(Number) as [number, number];
  return {
    ...{ id, layer, unit, explanation: 'Nothing known', heading: 'nothing', found: null, interpretable: false },
    ...{ best: strength.indexOf(Math.max(...strength)), strength, value: strength, remembers: [], beyond: [] },
    passes: strength.flatMap((value, index) => (value > 0 ? [index] : [])),
    choice: strength.map(() => 'hr+'),
    ...more,
  };
}

const CELLS = [
  cell('1-12', [5, 0, 0, 500], { explanation: 'Tracks: on inside quotation marks' }),
  cell('2-1', [900, 0, 400, 0], { explanation: 'Tracks: off at a space' }),
  cell('1-1', [9, 0, 100, 0], { explanation: 'Tracks: on at a line break' }),
  cell('2-2', [0, 300, 0, 0]),
  cell('2-43', [0, 200, 0, 0], {
    name: 'The line counter',
    remembers: [{ hypothesis: 1, adds: 540 }],
  }),
  cell('2-5', [0, 0, 0, 0]),
];
const found = (query: string, limit = 9) => find({ ...CATALOGUE, cells: CELLS }, query, limit);
const ids = (query: string, limit = 9) => found(query, limit).cells.map(({ cell: { id } }) => id);

describe('the search', () => {
  it('lists the hypotheses that are meant, the one that is called so first', () => {
    expect(found('line break').hypotheses.map((index) => TITLES[index])).toEqual([
      'Line break',
      'Characters since the line break',
    ]);
    expect(found('').hypotheses).toEqual([]);
    expect(found('2-43').hypotheses).toEqual([]);
  });

  it('puts the cell that remembers it first, then the best one for each, then those of the same words, then the next best', () => {
    expect(ids('line break')).toEqual(['2-43', '2-1', '2-2', '1-1']);
    // What it was found for is said where that is not what heads it.
    expect(found('line break').cells.map((one) => one.for)).toEqual([null, 2, null, null]);
  });

  it('finds by number, whatever the dash, and by words in any order', () => {
    expect(ids('1–12')).toEqual(['1-12']);
    expect(ids('1–\u206012')).toEqual(['1-12']);
    expect(ids('1').slice(0, 2)).toEqual(['2-1', '1-1']);
    expect(ids('counter LINE')).toEqual(['2-43']);
    expect(ids('nothing of the kind')).toEqual([]);
  });

  it('gives all cells for no words, the strongest first, as many as are wanted', () => {
    expect(ids('', 2)).toEqual(['2-1', '1-12']);
    expect(ids('')).toHaveLength(CELLS.length);
  });
});
