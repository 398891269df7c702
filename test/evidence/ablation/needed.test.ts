import { describe, expect, it } from 'vitest';
import { mixedRandom, normal, type Random, seededRandom } from '../../../pipeline/base/random.ts';
import { NEEDED_P, type NeedQuestion, neededP } from '../../../pipeline/evidence/ablation/needed.ts';
import {
  addCluster,
  clusterMean,
  noClusters,
  placeWhere,
  studentQuantile,
} from '../../../pipeline/statistics/effects.ts';
import { flippedP, signFlips, studentised, sumsUnderFlips } from '../../../pipeline/statistics/sign-flips.ts';

/** Rows of each block, of which the even ones have the label. */
const ROWS = 10;

/** Changes of some cells in some blocks: a level of its own for each block, and for the first cells what is lost besides. */
function changesOf(
  cells: number,
  blocks: number,
  needed: number,
  lost: number,
  random: Random,
  apart = 0.3,
): Float32Array {
  const changes = new Float32Array(cells * blocks * ROWS);
  for (let cell = 0; cell < cells; cell++) {
    // Cells that are alike still differ a little everywhere.
    const own = apart * normal(random);
    for (let block = 0; block < blocks; block++) {
      const level = own + normal(random) ** 3;
      for (let k = 0; k < ROWS; k++) {
        const inside = k % 2 === 0 && cell < needed ? lost : 0;
        changes[(cell * blocks + block) * ROWS + k] = level + inside + 0.1 * normal(random);
      }
    }
  }
  return changes;
}

function questionsFor(cells: number, blocks: number): { blockOf: Int32Array; questions: NeedQuestion[] } {
  const spans = Array.from({ length: blocks }, (_, block) => ({ start: block * ROWS, end: (block + 1) * ROWS }));
  const positions = Array.from({ length: blocks * ROWS }, (_, k) => k);
  const place = placeWhere(positions, spans, (position) => position % 2 === 0);
  const questions = Array.from({ length: cells }, (_, cell) => ({
    place,
    others: Array.from({ length: Math.min(20, cells - 1) }, (_, k) => (cell + k + 1) % cells),
  }));
  return { blockOf: Int32Array.from(positions, (position) => Math.floor(position / ROWS)), questions };
}

describe('the flips of signs', () => {
  it('are all that there are but the one that flips nothing, where the clusters are few', () => {
    const flips = signFlips(6, seededRandom(1)).map((signs) => signs.join());
    expect(new Set(flips).size).toBe(63);
    expect(flips).not.toContain('1,1,1,1,1,1');
    expect(signFlips(30, seededRandom(1))).toHaveLength(1000);
  });

  it('leave sums as they are or turn them, so that their squares add up to those of the clusters', () => {
    const rows = [Float64Array.of(1, -2, 0.5), Float64Array.of(0, 3, 0)];
    const { observed, nulls } = sumsUnderFlips(rows, signFlips(3, seededRandom(1)));
    expect([...observed]).toEqual([-0.5, 3]);
    const squares = [...nulls.strengths.subarray(0, 7)].reduce((sum, x) => sum + x * x, 0.25);
    expect(squares / 8).toBeCloseTo(1 + 4 + 0.25, 10);
  });

  it('are of a mean in units of its standard error, as its interval has it', () => {
    const [sums, sizes] = [
      [3, 3, 10, -1],
      [2, 1, 2, 4],
    ] as const;
    const all = noClusters();
    sums.forEach((sum, cluster) => {
      addCluster(all, sizes[cluster]!, sum);
    });
    const { mean, half } = clusterMean(all);
    const error = half / studentQuantile(3);
    expect(studentised({ sums, sizes, spread: 0 })).toBeCloseTo(mean / error, 9);
    expect(studentised({ sums, sizes, spread: 2 })).toBeCloseTo(mean / Math.hypot(error, 2), 9);
    expect(studentised({ sums: [0, 0], sizes: [1, 1], spread: 0 })).toBe(0);
  });

  it('give a p that is counted by hand', () => {
    const row = { sums: [5, 4, 3, 2, -1], sizes: [1, 1, 1, 1, 1], spread: 0 };
    // Of all 32 flips two give as much: the one that flips nothing, and the one that makes the −1 a 1.
    expect(flippedP([row], signFlips(5, seededRandom(1)))).toEqual([2 / 32]);
    const nothing = { ...row, sums: [0, 0, 0, 0, 0] };
    expect(flippedP([row, nothing], signFlips(5, seededRandom(1)))).toEqual([2 / 32, 1]);
  });
});

describe('the p of being needed', () => {
  it('is at most 0.05 for a cell that is missed in every block, and for no other', () => {
    const { blockOf, questions } = questionsFor(60, 19);
    const [first, ...rest] = neededP(changesOf(60, 19, 1, 8, seededRandom(4)), blockOf, questions, seededRandom(5));
    expect(first).toBeLessThanOrEqual(NEEDED_P);
    expect(rest.filter((own) => own! <= NEEDED_P)).toEqual([]);
  });

  it.each([0, 0.3, 1, 3])(
    'is at most 0.05 anywhere in about one of twenty networks at most, whose cells differ by %f',
    (apart) => {
      const { blockOf, questions } = questionsFor(40, 9);
      const random = mixedRandom(6);
      let claimed = 0;
      for (let run = 0; run < 60; run++) {
        const p = neededP(changesOf(40, 9, 0, 0, random, apart), blockOf, questions, random);
        if (p.some((own) => own! <= NEEDED_P)) claimed += 1;
      }
      // Of sixty at a twentieth each, more than 8 are seen less than once in a hundred times.
      expect(claimed).toBeLessThanOrEqual(8);
    },
  );

  it('is not said of a place in too few blocks, or without cells to compare with', () => {
    const { blockOf, questions } = questionsFor(6, 4);
    const changes = changesOf(6, 4, 1, 6, seededRandom(7));
    expect(neededP(changes, blockOf, questions, seededRandom(1))).toEqual(new Array(6).fill(null));
    const enough = questionsFor(6, 7);
    const alone = enough.questions.map((question) => ({ ...question, others: [] }));
    const found = neededP(changesOf(6, 7, 1, 6, seededRandom(7)), enough.blockOf, alone, seededRandom(1));
    expect(found).toEqual(new Array(6).fill(null));
  });
});
