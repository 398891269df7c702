// Cells whose truth is known, scored as every gallery is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Score } from '../../../pipeline/scoring/rank.ts';
import type { ScoringResult } from '../../../pipeline/scoring/results.ts';
import { isInterpretable, orientedValue } from '../../../pipeline/statistics/strength.ts';
import { idOf, PLANTED, type PlantedCell } from '../../fixtures/planted.ts';
import { measurePlanted, type PlantedMeasurement } from './measured.ts';

let measured: PlantedMeasurement;
let result: ScoringResult;
beforeAll(async () => {
  measured = await measurePlanted({ bystanders: 6, relay: true });
  result = measured.scoring;
});
afterAll(() => measured.remove());

/** A cell's scores, best first. */
const scoresOf = (cell: string): Score[] => result.scores.filter((score) => score.cell === cell);

/** The best of those that no single character gives away, by its value. */
function bestOf(cell: string): Score {
  const needsMemory = new Set(result.hypotheses.filter((found) => found.needsMemory).map(({ id }) => id));
  const own = scoresOf(cell).filter(({ hypothesis }) => needsMemory.has(hypothesis));
  return own.sort((a, b) => orientedValue(b) - orientedValue(a))[0]!;
}

describe('a planted cell', () => {
  const planted = Object.entries(PLANTED).filter(([, { hypothesis }]) => hypothesis !== null);

  it.each(planted)(
    'that is the %s is found, by its own hypothesis, and called interpretable',
    (name, { hypothesis }) => {
      const best = bestOf(idOf(name as PlantedCell));
      expect(best.hypothesis).toBe(hypothesis);
      // Blocks begin with a line, and here all lines are about as long: exchanged labels fit the counter nearly as well.
      if (name !== 'line') expect(isInterpretable(best, result.evaluatedOn)).toBe(true);
    },
  );

  it.each([
    ['quotes', 1],
    ['flipFlop', 1],
    ['line', 1],
  ] as const)('that is the %s fits its hypothesis without an error', (name, exact) => {
    const best = bestOf(idOf(name));
    expect([best.signal, best.alignment, best.direction]).toEqual(['c', 'reading', 1]);
    expect(orientedValue(best)).toBeCloseTo(exact, 3);
  });

  it('that echoes another lags one character behind it', () => {
    const echoed = orientedValue(bestOf(idOf('echo')));
    expect(echoed).toBeGreaterThan(0.95);
    expect(echoed).toBeLessThan(0.999);
  });

  it('of the second layer that relays another is found as what that one is', () => {
    expect(bestOf('2-0')).toMatchObject({ hypothesis: 'inside-quotes', auroc: 1 });
  });
});

describe('a cell that does nothing', () => {
  it.each([idOf('idle'), '2-1'])('goes along with nothing at all (%s)', (cell) => {
    const scores = scoresOf(cell);
    expect(scores.length).toBeGreaterThan(20);
    for (const score of scores) {
      expect(orientedValue(score)).toBeCloseTo(score.auroc === null ? 0 : 0.5, 10);
      expect(isInterpretable(score, result.evaluatedOn)).toBe(false);
    }
  });
});
