import { describe, expect, it } from 'vitest';
import { normal, type Random, seededRandom } from '../../../pipeline/base/random.ts';
import { NEEDED_P, type NeedQuestion, neededP } from '../../../pipeline/evidence/ablation/needed.ts';
import { placeWhere } from '../../../pipeline/statistics/effects.ts';
import { signFlips, sumsUnderFlips } from '../../../pipeline/statistics/sign-flips.ts';

/** Rows of each block, of which the even ones have the label. */
const ROWS = 10;

/** Changes of some cells in some blocks: a level of its own for each block, and for the first cells what is lost besides. */
function changesOf(cells: number, blocks: number, needed: number, lost: number, random: Random): Float32Array {
  const changes = new Float32Array(cells * blocks * ROWS);
  for (let cell = 0; cell < cells; cell++) {
    for (let block = 0; block < blocks; block++) {
      const level = normal(random) ** 3;
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
    others: Array.from({ length: 5 }, (_, k) => (cell + k + 1) % cells),
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

  it('leave what is observed as it is, and its square sum', () => {
    const rows = [Float64Array.of(1, -2, 0.5), Float64Array.of(0, 3, 0)];
    const { observed, nulls } = sumsUnderFlips(rows, signFlips(3, seededRandom(1)));
    expect([...observed]).toEqual([-0.5, 3]);
    const squares = [...nulls.strengths.subarray(0, 7)].reduce((sum, x) => sum + x * x, 0.25);
    expect(squares / 8).toBeCloseTo(1 + 4 + 0.25, 10);
  });
});

describe('the p of being needed', () => {
  it('of a single cell is that of counting the flips by hand', () => {
    const { blockOf, questions: all } = questionsFor(6, 5);
    const questions = all.map(({ place }, cell) => ({
      place,
      others: [1, 2, 3, 4, 5].filter((other) => other !== cell),
    }));
    const changes = new Float32Array(6 * 5 * ROWS);
    // Only the first cell changes anything: 5, 4, 3, 2 and −1 in the blocks, 13 in all.
    [5, 4, 3, 2, -1].forEach((change, block) => {
      changes[block * ROWS] = change;
    });
    const [first, ...rest] = neededP(changes, blockOf, questions, seededRandom(1));
    // Of the 32 flips two give as much: the one that flips nothing, and the one that makes the −1 a 1.
    expect(first).toBe(2 / 32);
    for (const p of rest) expect(p).toBe(1);
  });

  it('is at most 0.05 for cells that are missed in every block, and for no other', () => {
    const { blockOf, questions } = questionsFor(60, 19);
    const p = neededP(changesOf(60, 19, 3, 6, seededRandom(4)), blockOf, questions, seededRandom(5));
    expect(p.slice(0, 3).every((own) => own! <= NEEDED_P)).toBe(true);
    expect(p.slice(3).filter((own) => own! <= NEEDED_P)).toEqual([]);
  });

  it('is at most 0.05 anywhere in about one of twenty networks whose cells are all alike', () => {
    const { blockOf, questions } = questionsFor(40, 9);
    const random = seededRandom(6);
    let claimed = 0;
    for (let run = 0; run < 100; run++) {
      const p = neededP(changesOf(40, 9, 0, 0, random), blockOf, questions, random);
      if (p.some((own) => own! <= NEEDED_P)) claimed += 1;
    }
    // Of a hundred at a twentieth each, more than 11 are seen less than once in a hundred times.
    expect(claimed).toBeLessThanOrEqual(11);
  });

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
