import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thousandths } from '../../../pipeline/build/pages/hypothesis.ts';
import type { CellSummary } from '../../../pipeline/contract/index.ts';
import {
  characterName,
  decimal,
  percent,
  probability,
  scoreValue,
  shiftProbability,
  signed,
} from '../../../src/shared/format.ts';
import { NO_FILTERS, rankCells } from '../../../src/shared/ranking.ts';

const HYPOTHESES = [
  { id: 'inside-quotes', needsMemory: true },
  { id: 'space', needsMemory: false },
];

function cell(id: string, strength: (number | null)[], choice: (string | null)[], passes = [0, 1]): CellSummary {
  const [layer, unit] = id.split('-').map(Number) as [number, number];
  const explanation = id === '2-1' ? 'On inside quotation marks' : 'Nothing known';
  const known = { heading: 'tracks' as const, found: null, interpretable: false, remembers: [], beyond: [] };
  const best = (strength[0] ?? 0) >= (strength[1] ?? 0) ? 0 : 1;
  return { id, layer, unit, explanation, best, strength, passes, value: strength, choice, ...known };
}

const CELLS = [
  cell('1-0', [100, 900], ['hr+', 'cr-']),
  cell('1-1', [300, 200], ['cp-', 'hr+']),
  cell('2-0', [null, 950], [null, 'hr+']),
  cell('2-1', [800, 100], ['hr+', 'ip-']),
];

const order = (filters: Partial<typeof NO_FILTERS>): string[] =>
  rankCells(CELLS, HYPOTHESES, { ...NO_FILTERS, ...filters }).map(({ cell: { id } }) => id);

describe('the ranking', () => {
  it('lists each cell under what heads it, what needs no memory last unless asked', () => {
    expect(order({})).toEqual(['2-1', '1-1', '2-0', '1-0']);
    expect(order({ easy: true })).toEqual(['2-0', '1-0', '2-1', '1-1']);
    const listed = rankCells(CELLS, HYPOTHESES, NO_FILTERS);
    for (const { cell: one, hypothesis } of listed) expect(hypothesis).toBe(one.best);
  });

  it('puts what is remembered first, and what no untrained cell reaches before the rest', () => {
    const kept = { ...cell('3-0', [200, 0], ['hr+', 'hr+']), remembers: [{ hypothesis: 0, adds: 60 }] };
    const more = { ...cell('3-1', [100, 0], ['hr+', 'hr+']), remembers: [{ hypothesis: 0, adds: 500 }] };
    const beyond = { ...cell('3-2', [150, 0], ['hr+', 'hr+']), beyond: [0] };
    const listed = rankCells([...CELLS, beyond, kept, more], HYPOTHESES).map(({ cell: { id } }) => id);
    expect(listed).toEqual(['3-1', '3-0', '3-2', '2-1', '1-1', '2-0', '1-0']);
  });

  it('goes by one hypothesis, and leaves out what has no score on it', () => {
    expect(order({ hypothesis: 'inside-quotes' })).toEqual(['2-1', '1-1', '1-0']);
    expect(order({ hypothesis: 'space' })).toEqual(['2-0', '1-0', '1-1', '2-1']);
  });

  it('filters by layer, signal, direction and words, all at once', () => {
    expect(order({ layer: '1' })).toEqual(['1-1', '1-0']);
    expect(order({ signal: 'c' })).toEqual(['1-1', '1-0']);
    expect(order({ direction: '-' })).toEqual(['1-1', '1-0']);
    expect(order({ search: 'QUOTATION' })).toEqual(['2-1']);
    expect(order({ search: 'quotation', layer: '1' })).toEqual([]);
  });

  it('never puts what may be chance before what passes for more', () => {
    const noise = cell('2-2', [990, 990], ['hr+', 'hr+'], []);
    const half = cell('2-3', [990, 50], ['hr+', 'hr+'], [1]);
    const cells = [noise, half, ...CELLS];
    const ids = (filters: Partial<typeof NO_FILTERS>) =>
      rankCells(cells, HYPOTHESES, { ...NO_FILTERS, ...filters }).map(({ cell: { id } }) => id);
    for (const sort of ['strength', 'value']) {
      expect(ids({ hypothesis: 'inside-quotes', sort })).toEqual(['2-1', '1-1', '1-0', '2-2', '2-3']);
      expect(ids({ hypothesis: 'space', sort })).toEqual(['2-0', '1-0', '1-1', '2-1', '2-3', '2-2']);
    }
  });

  it('sorts by layer and unit', () => {
    expect(order({ sort: 'cell' })).toEqual(['1-0', '1-1', '2-0', '2-1']);
  });
});

describe('a number on a page', () => {
  it('has a true minus sign, and a dash where there is none', () => {
    expect([decimal(-0.5), decimal(null), signed(0.25), signed(-0.25)]).toEqual(['−0.50', '–', '+0.25', '−0.25']);
  });

  it('has no sign where it rounds to zero', () => {
    expect([decimal(-0.004), decimal(-0.004, 3), signed(-0.00004, 4)]).toEqual(['0.00', '−0.004', '0.0000']);
  });

  it('never looks perfect where it is not', () => {
    expect([scoreValue(0.994), scoreValue(0.9962), scoreValue(0.9999), scoreValue(1)]).toEqual([
      '0.99',
      '0.996',
      '0.999',
      '1.00',
    ]);
  });

  it('reads in a list of many cells as it does on the page of its own', () => {
    const hard = [0.7645, 0.765, 0.145, 0.565, 0.285, 0.96499, 0.99464, 0.995, 0.9999, 1, 0, -0.0049, -0.565, -1];
    for (const score of hard) expect(scoreValue(thousandths(score) / 1000)).toBe(scoreValue(score));
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (score) => {
        expect(scoreValue(thousandths(score) / 1000)).toBe(scoreValue(score));
      }),
      { numRuns: 20_000 },
    );
  });

  it('says less than, not zero, of a small probability', () => {
    expect([probability(0), probability(0.005), percent(0.052), percent(0.2)]).toEqual([
      '< 0.001',
      '0.005',
      '5.2%',
      '20%',
    ]);
  });

  it('says at most, not equal, of a p at the floor of its comparisons', () => {
    expect([1 / 201, 0.005, 0.00995, 0.5, null].map((p) => shiftProbability(p, 200))).toEqual([
      ...['≤ 0.005', '0.005', '0.010', '0.500', '–'],
    ]);
  });
});

it('marks that look alike are told apart in words', () => {
  expect([...'‘’“”'].map(characterName)).toEqual(['opening ‘', 'closing ’', 'opening “', 'closing ”']);
});
