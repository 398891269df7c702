import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blocksOf,
  divide,
  EVALUATED_AT_MOST,
  type ScoredDataset,
  whyUntested,
} from '../../../pipeline/scoring/plan/division.ts';
import {
  type Label,
  type Labels,
  labelShard,
  labelShards,
  occurrence,
  scorability,
} from '../../../pipeline/scoring/plan/labels.ts';
import { doubledMidranks, midrankTable } from '../../../pipeline/statistics/ranks.ts';

function textOf(splits: readonly ('train' | 'validation' | 'held-out')[], length: number): ScoredDataset {
  const blocks = splits.map((split, index) => ({ start: index * length, end: (index + 1) * length, split }));
  const symbols = Array.from({ length: splits.length * length }, () => 'a');
  return { symbols, blocks };
}

function binary(values: number[]): Label {
  return { id: 'label', kind: 'binary', values };
}

describe('spans', () => {
  it('of a binary label are its runs, cut at the ends of the pieces', () => {
    const label = binary([1, 1, 0, 1, 1, 1, 0, 1]);
    expect(occurrence(label, [{ start: 0, end: 8 }])).toEqual({ spans: 3, blocks: 1 });
    expect(
      occurrence(label, [
        { start: 0, end: 4 },
        { start: 4, end: 6 },
        { start: 6, end: 7 },
      ]),
    ).toEqual({ spans: 3, blocks: 2 });
  });

  it('of a real label are the places where it falls back', () => {
    const ramp: Label = { id: 'ramp', kind: 'real', values: [0, 1, 2, 0, 1, 0, 0, 1, 2] };
    expect(occurrence(ramp, [{ start: 0, end: 9 }])).toEqual({ spans: 2, blocks: 1 });
    expect(occurrence(ramp, [{ start: 3, end: 9 }])).toEqual({ spans: 1, blocks: 1 });
  });
});

describe('a hypothesis', () => {
  const splits = ['train', 'held-out', 'train', 'held-out', 'train', 'held-out'] as const;
  const text = textOf(splits, 20);
  const division = divide(text);
  const label = (on: (t: number, block: number) => boolean) =>
    binary(text.symbols.map((_, t) => (on(t, Math.floor(t / 20)) ? 1 : 0)));

  it('with ten spans in three blocks of the held-out text is scorable', () => {
    const alternating = scorability(
      label((t) => t % 4 === 0),
      division,
    );
    expect(alternating).toMatchObject({
      scorable: true,
      reason: null,
      spans: 15,
      blocks: 3,
      baseRate: 0.25,
      spansInText: 30,
    });
  });

  it.each([
    ['too few spans', (t: number) => t % 10 === 0, 'The held-out text has 6 spans; 10 are needed.'],
    ['no span', (t: number) => t < 20, 'The held-out text has no spans; 10 are needed.'],
    [
      'too few blocks',
      (t: number, block: number) => block < 4 && t % 2 === 0,
      'Only 2 blocks of the held-out text have it; 3 are needed.',
    ],
    [
      'nothing to choose by',
      (t: number, block: number) => block % 2 === 1 && t % 4 === 0,
      'The training text has none of it, so nothing could be chosen there.',
    ],
  ])('with %s is not scorable, and says why', (_, on, reason) => {
    expect(scorability(label(on), division)).toMatchObject({ scorable: false, reason });
  });
});

describe('the division of a text', () => {
  it('chooses on the blocks that train and judges on those held out, and never uses those that validate', () => {
    const { train, evaluated, evaluatedOn } = divide(textOf(['train', 'validation', 'held-out'], 2));
    expect(evaluatedOn).toBe('held-out');
    expect(Array.from(train)).toEqual([1, 1, 0, 0, 0, 0]);
    expect(Array.from(evaluated)).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('without a held-out block chooses and judges on everything', () => {
    const { train, evaluated, evaluatedOn } = divide(textOf(['train', 'validation'], 2));
    expect(evaluatedOn).toBe('all');
    expect(Array.from(train)).toEqual([1, 1, 1, 1]);
    expect(Array.from(evaluated)).toEqual([1, 1, 1, 1]);
  });

  it('takes evenly spaced blocks of a long held-out text', () => {
    const splits = Array.from({ length: 200 }, (_, block) =>
      block % 2 === 1 ? ('held-out' as const) : ('train' as const),
    );
    const { judgedBlocks: pieces, train } = divide(textOf(splits, 1000));
    expect(pieces.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(EVALUATED_AT_MOST);
    expect(pieces.map(({ block }) => block)).toEqual(Array.from({ length: 20 }, (_, index) => 5 + 10 * index));
    expect(train.reduce((sum, mark) => sum + mark, 0)).toBe(100_000);
  });

  it('takes the beginnings of seven blocks where fewer whole ones would be all that fits', () => {
    const splits = Array.from({ length: 20 }, (_, block) =>
      block % 2 === 1 ? ('held-out' as const) : ('train' as const),
    );
    const { judgedBlocks } = divide(textOf(splits, 5000));
    expect(judgedBlocks.map(({ start, end }) => end - start)).toEqual(new Array(7).fill(2857));
    expect(new Set(judgedBlocks.map(({ block }) => block)).size).toBe(7);
  });

  it('gives the rows of a block one number, from 0 on', () => {
    const division = divide(textOf(['train', 'held-out', 'train', 'held-out'], 3));
    expect(blocksOf(division, Int32Array.of(3, 4, 9, 10))).toEqual({ count: 2, ofRow: Int32Array.of(0, 0, 1, 1) });
    expect(blocksOf(division, Int32Array.of())).toEqual({ count: 0, ofRow: Int32Array.of() });
  });

  it('tests nothing where fewer than seven blocks are held out, or none, and says why', () => {
    const ofBlocks = (heldOut: number) =>
      divide(textOf(['train', ...Array.from({ length: heldOut }, () => 'held-out' as const)], 2));
    expect(whyUntested(ofBlocks(7))).toBeNull();
    expect(whyUntested(ofBlocks(6))).toMatch(/^Only 6 blocks are held out, too few to test anything/);
    expect(whyUntested(ofBlocks(1))).toMatch(/^Only 1 block is held out/);
    expect(whyUntested(ofBlocks(0))).toMatch(/^Nothing is held out/);
  });

  it('is refused for an empty text', () => {
    expect(() => divide({ symbols: [], blocks: [] })).toThrow(/no text to score/);
  });
});

const LENGTH = 50;
const all = Int32Array.from({ length: LENGTH }, (_, t) => t);
const binaryLabels = [3, 5].map((period) => Uint8Array.from(all, (t) => (t % period === 0 ? 1 : 0)));
const realLabels = [4, 9].map((period) => Float32Array.from(all, (t) => (t * t) % period));
const labels: Labels = { binary: binaryLabels, real: realLabels };

/** As {@link labelShard} gives them, from its definition. */
function paired(positions: Int32Array, offset: 0 | 1, values: ArrayLike<number>): number[] {
  return Array.from(positions, (t) => values[t + offset]!);
}

const shards = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: LENGTH - 2 }), { maxLength: 20 }), { minLength: 1 });

it('shards that are labelled in the same memory bear the labels of their own rows, whatever was there before', () => {
  fc.assert(
    fc.property(shards, (lists) => {
      const next = labelShards(labels, 20);
      for (const list of lists) {
        const positions = Int32Array.from(list);
        const shard = next(positions);
        expect(shard.rows).toBe(list.length);
        const series = [0, 1].flatMap((offset) =>
          realLabels.map((values) => paired(positions, offset as 0 | 1, values)),
        );
        expect(shard.reals.map((values) => [...values])).toEqual(series);
        const ones = [0, 1].flatMap((offset) =>
          binaryLabels.map((values) =>
            paired(positions, offset as 0 | 1, values).flatMap((on, row) => (on ? [row] : [])),
          ),
        );
        expect(shard.positives.map((rows) => [...rows])).toEqual(ones);
      }
    }),
  );
});

it('real labels with tables of ranks are what labels that were ranked beforehand are', () => {
  const ranked = labelShard(all.subarray(0, LENGTH - 1), {
    ...labels,
    ranks: realLabels.map((values) => midrankTable(values, all)),
  });
  const beforehand = labelShard(all.subarray(0, LENGTH - 1), {
    binary: binaryLabels,
    real: realLabels.map((values) => doubledMidranks(values, all)),
  });
  expect(ranked).toEqual(beforehand);
});
