import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Labels, labelShard, labelShards } from '../../pipeline/scoring/pairs.ts';
import { doubledMidranks, midrankTable } from '../../pipeline/statistics/ranks.ts';

const LENGTH = 50;
const all = Int32Array.from({ length: LENGTH }, (_, t) => t);
const binary = [3, 5].map((period) => Uint8Array.from(all, (t) => (t % period === 0 ? 1 : 0)));
const real = [4, 9].map((period) => Float32Array.from(all, (t) => (t * t) % period));
const labels: Labels = { binary, real };

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
        const series = [0, 1].flatMap((offset) => real.map((values) => paired(positions, offset as 0 | 1, values)));
        expect(shard.reals.map((values) => [...values])).toEqual(series);
        const ones = [0, 1].flatMap((offset) =>
          binary.map((values) => paired(positions, offset as 0 | 1, values).flatMap((on, row) => (on ? [row] : []))),
        );
        expect(shard.positives.map((rows) => [...rows])).toEqual(ones);
      }
    }),
  );
});

it('real labels with tables of ranks are what labels that were ranked beforehand are', () => {
  const ranked = labelShard(all.subarray(0, LENGTH - 1), {
    ...labels,
    ranks: real.map((values) => midrankTable(values, all)),
  });
  const beforehand = labelShard(all.subarray(0, LENGTH - 1), {
    binary,
    real: real.map((values) => doubledMidranks(values, all)),
  });
  expect(ranked).toEqual(beforehand);
});
