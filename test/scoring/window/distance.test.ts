import { describe, expect, it } from 'vitest';
import { mixedRandom, normal } from '../../../pipeline/base/random.ts';
import { ALIGNMENTS } from '../../../pipeline/base/signals.ts';
import { addedBy, addingTo, countAdding } from '../../../pipeline/scoring/window/added.ts';
import { addedByDistance, DISTANCES } from '../../../pipeline/scoring/window/distance.ts';
import { shareOf } from '../../../pipeline/statistics/added.ts';

const LENGTH = 8000;
const random = mixedRandom(21);
/** Spans of 40 to 240 steps, on and off in turn, and for each step how long ago it was turned. */
const values = new Uint8Array(LENGTH + 2);
const since = new Int32Array(LENGTH + 2);
for (let t = 0, on = 0, left = 100; t < values.length; t++, left--) {
  if (left === 0) [on, left] = [1 - on, 40 + Math.floor(200 * random.uniform())];
  values[t] = on;
  since[t] = t > 0 && values[t] === values[t - 1] ? since[t - 1]! + 1 : 0;
}
const label = { id: 'on', kind: 'binary' as const, values };
const steps = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, k) => from + k);
const [training, judging] = [steps(0, LENGTH / 2), steps(LENGTH / 2, LENGTH)];

/** A window that knows nothing, and one that knows the label of the last ten steps after it was turned, with some noise. */
const windows = [0, 20].map((length) => ({
  length,
  predictions: ALIGNMENTS.map((alignment) => ({
    alignment,
    values: Float32Array.from([...training, ...judging], (step) =>
      length === 0 || since[step]! >= 10 ? 0 : (2 * values[step]! - 1) * 3 + normal(random),
    ),
  })),
}));
const block = Int32Array.from(judging, (_, row) => Math.floor(row / 500));
const prepared = addingTo(windows, { labels: [label], training, judging }, block);

/** A cell that is slow: it knows the label only twenty steps after it was turned. */
const slow = (rows: Int32Array) =>
  Uint8Array.from(rows, (step) => 128 + (since[step]! >= 20 ? 60 * (2 * values[step]! - 1) : 0) + 5 * normal(random));
const signal = {
  cell: '1-0',
  hypothesis: 'on',
  alignment: 'reading' as const,
  training: slow(training),
  judging: slow(judging),
};
const noise = {
  ...signal,
  cell: '1-1',
  training: training.map(() => 255 * random.uniform()),
  judging: judging.map(() => 255 * random.uniform()),
};

describe('what a cell adds', () => {
  it('is told by how long ago the label changed: nothing where the window knows, nearly all where only the cell does', () => {
    const found = addedByDistance(signal, label, judging, prepared[1]!)!;
    expect(found.map(({ from }) => from)).toEqual([...DISTANCES]);
    expect(found.reduce((sum, group) => sum + group.steps, 0)).toBe(judging.length);
    for (const { from, steps: count } of found) {
      const next = DISTANCES[DISTANCES.indexOf(from as (typeof DISTANCES)[number]) + 1] ?? Number.POSITIVE_INFINITY;
      expect(count).toBe(judging.filter((step) => since[step]! >= from && since[step]! < next).length);
    }
    const adds = new Map(found.map((group) => [group.from, group.adds!]));
    expect(adds.get(20)).toBeGreaterThan(0.8);
    expect(adds.get(50)).toBeGreaterThan(0.8);
    expect(adds.get(10)).toBeLessThan(0.1);
  });

  it('counts by cells: the slow one adds to the window, and noise does not', () => {
    expect(shareOf(addedBy(signal, prepared[1]!)!)).toBeGreaterThan(0.5);
    expect(
      addedBy(
        { ...noise, training: Uint8Array.from(noise.training), judging: Uint8Array.from(noise.judging) },
        prepared[1]!,
      ),
    ).toBeNull();
    const cells = [
      [signal],
      [{ ...noise, training: Uint8Array.from(noise.training), judging: Uint8Array.from(noise.judging) }],
    ];
    expect(countAdding(cells, prepared[1]!, 0.05)).toBe(1);
  });

  it('is not asked of a label that the window gives away', () => {
    const all = windows.map(({ length, predictions }) => ({
      length,
      predictions: predictions.map(({ alignment }, a) => ({
        alignment,
        values: Float32Array.from([...training, ...judging], (step) =>
          length === 0 ? 0 : 6 * (2 * values[step + a]! - 1) + normal(random),
        ),
      })),
    }));
    const [, known] = addingTo(all, { labels: [label], training, judging }, block);
    expect(known!.left.map(({ givenAway }) => givenAway)).toEqual([true, true]);
    expect(known!.left[0]!.value).toBeGreaterThan(0.99);
    expect(addedBy(signal, known!)).toBeNull();
    expect(addedByDistance(signal, label, judging, known!)).toBeNull();
  });
});
