import { describe, expect, it } from 'vitest';
import { mixedRandom, normal } from '../../pipeline/base/random.ts';
import { withMemory } from '../../pipeline/gallery/memory.ts';
import type { Score } from '../../pipeline/scoring/rank.ts';
import type { PromisedAndAdded } from '../../pipeline/scoring/window/added.ts';

const BLOCKS = 10;
const CELLS = 200;

/** Scores of which the first adds a share everywhere, and the others nothing but noise. */
function planted(share: number, seed: number): { scores: Score[]; added: PromisedAndAdded[] } {
  const random = mixedRandom(seed);
  const added = Array.from({ length: CELLS }, (_, cell): PromisedAndAdded => {
    const alone = Float64Array.from({ length: BLOCKS }, () => 100 + 10 * normal(random));
    return {
      promise: 0.2,
      alone,
      together: alone.map((left) => left * (1 - (cell === 0 ? share : 0) + 0.03 * normal(random))),
    };
  });
  const scores = added.map((_, cell) => ({ cell: `1-${cell}`, hypothesis: 'quotes' }) as Score);
  return { scores, added };
}

describe('a cell', () => {
  it('remembers where it adds enough in block after block, and noise beside it does not', () => {
    const { scores, added } = planted(0.2, 1);
    const found = withMemory(scores, { added, curve: [] }, new Map());
    expect(found[0]!.adds).toBeCloseTo(0.2, 1);
    expect(found[0]!.remembers).toBe(true);
    expect(found.slice(1).some(({ remembers }) => remembers)).toBe(false);
    const [low, high] = found[0]!.addsInterval!;
    expect(low).toBeLessThan(0.2);
    expect(high).toBeGreaterThan(0.2);
  });

  it('does not remember where it adds less than the bar, or no more than an untrained cell', () => {
    const little = planted(0.04, 2);
    expect(withMemory(little.scores, { added: little.added, curve: [] }, new Map())[0]!.remembers).toBe(false);
    const { scores, added } = planted(0.2, 1);
    expect(withMemory(scores, { added, curve: [] }, new Map([['quotes', 0.2]]))[0]!.remembers).toBe(false);
    expect(withMemory(scores, { added, curve: [] }, new Map([['vowel', 0.2]]))[0]!.remembers).toBe(true);
  });

  it('does not remember where its interval reaches down to what an untrained cell adds, whatever its p', () => {
    const { scores, added } = planted(0.2, 1);
    // Alone, for of one score a p of 5% on one side is less than 95% on both.
    const [score, own] = [scores.slice(0, 1), { added: added.slice(0, 1), curve: [] }];
    const bars = Array.from({ length: 60 }, (_, k) => 0.15 + k / 1000);
    const found = bars.map((bar) => withMemory(score, own, new Map([['quotes', bar]]))[0]!);
    const isAbove = found.map(({ addsInterval }, k) => addsInterval![0] > bars[k]!);
    expect(found.map(({ remembers }) => remembers)).toEqual(
      found.map(({ pAdds }, k) => pAdds !== null && pAdds <= 0.05 && isAbove[k]!),
    );
    expect(isAbove).toContain(false);
    expect(found.some(({ pAdds }, k) => pAdds !== null && pAdds <= 0.05 && !isAbove[k])).toBe(true);
  });

  it('is not tested where the training text promises less than the bar', () => {
    const { scores, added } = planted(0.2, 1);
    const little = added.map((own) => ({ ...own, promise: 0.03 }));
    const [first] = withMemory(scores, { added: little, curve: [] }, new Map());
    expect(first).toMatchObject({ pAdds: null, remembers: false });
    expect(first!.adds).toBeCloseTo(0.2, 1);
  });

  it('is said nothing of where too few blocks are held out, or where nothing was measured', () => {
    const { scores, added } = planted(0.2, 1);
    const few = added.map(({ promise, alone, together }) => ({
      promise,
      alone: alone.slice(0, 4),
      together: together.slice(0, 4),
    }));
    expect(withMemory(scores, { added: few, curve: [] }, new Map())[0]).toMatchObject({
      pAdds: null,
      remembers: false,
    });
    const none = withMemory(scores, { added: added.map(() => null), curve: [] }, new Map());
    expect(none[0]).toMatchObject({ adds: null, addsInterval: null, pAdds: null, remembers: false });
  });

  it('of a network of noise remembers in about one network of twenty, whatever the noise adds', () => {
    let claims = 0;
    for (let seed = 0; seed < 60; seed++) {
      const random = mixedRandom(1000 + seed);
      const added = Array.from({ length: 50 }, (): PromisedAndAdded => {
        const alone = new Float64Array(BLOCKS).fill(1);
        return { promise: 0.2, alone, together: alone.map((left) => left - 0.3 * normal(random)) };
      });
      const scores = added.map((_, cell) => ({ cell: `1-${cell}`, hypothesis: 'quotes' }) as Score);
      if (withMemory(scores, { added, curve: [] }, new Map()).some(({ remembers }) => remembers)) claims += 1;
    }
    expect(claims).toBeLessThanOrEqual(8);
  });
});
