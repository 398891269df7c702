import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../pipeline/base/random.ts';
import {
  alignedAverage,
  countEvents,
  distinctEvents,
  findEvents,
  spanLengths,
} from '../../pipeline/evidence/events/events.ts';

/** A sample of the text's positions 2–9 and 14–20; the text has 22 characters in blocks of 6. */
const positions = [2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 16, 17, 18, 19, 20];
const blocks = [0, 6, 12, 18].map((start) => ({ start, end: Math.min(22, start + 6) }));
const text = { positions, blocks, reach: 3 };

const binary = (values: readonly number[]) => ({ id: 'label', kind: 'binary', values }) as const;
/** On at 1–3, at 6, and at 9–15. */
const label = binary(Array.from({ length: 22 }, (_, t) => Number([1, 2, 3, 6].includes(t) || (t >= 9 && t <= 15))));

const rowsOf = ({ clusters }: ReturnType<typeof findEvents>[number]) =>
  clusters.map(({ events }) => events.map(({ row }) => row));

describe('findEvents', () => {
  it('finds where spans begin and end by the whole text, not by where the sample breaks off', () => {
    const [onset, end] = findEvents(label, text);
    // The span 1–3 began before the sample did, and 9–15 goes on in the gap; 6 begins and ends at once.
    expect([onset!.kind, rowsOf(onset!)]).toEqual(['onset', [[4, 7]]]);
    expect([end!.kind, rowsOf(end!)]).toEqual(['end', [[1], [4], [9]]]);
    expect(spanLengths(label, onset!, positions)).toEqual([1, 7]);
  });

  it('takes the falls of a real-valued label, where its next unit begins', () => {
    const values = Array.from({ length: 22 }, (_, t) => (t % 5) / 5);
    const moments = findEvents({ id: 'position', kind: 'real', values }, text);
    expect(moments.map(({ kind }) => kind)).toEqual(['fall']);
    expect(rowsOf(moments[0]!)).toEqual([[3], [9], [14]]);
  });

  it('finds nothing where a label never changes', () => {
    expect(findEvents(binary(new Array<number>(22).fill(1)), text).map(countEvents)).toEqual([0, 0]);
    expect(findEvents(binary(new Array<number>(22).fill(0)), text).map(countEvents)).toEqual([0, 0]);
  });
});

describe('distinctEvents', () => {
  it('tells once of spans that end where they begin, and of others both', () => {
    const single = findEvents(binary(Array.from({ length: 22 }, (_, t) => Number(t % 4 === 3))), text);
    const [only, ...others] = distinctEvents(single);
    expect(only).toEqual({ ...single[0]!, kind: 'only' });
    expect(others).toEqual([]);
    expect(distinctEvents(findEvents(label, text)).map(({ kind }) => kind)).toEqual(['onset', 'end']);
  });
});

describe('alignedAverage', () => {
  const signal = Float64Array.from(positions, (position) => position ** 2);

  it('averages what is there, step by step, worked out by hand', () => {
    const [onset, end] = findEvents(label, text);
    // Onsets at 6 and 9; after 9 the sample breaks off.
    expect(alignedAverage(signal, onset!).map(({ mean }) => mean)).toEqual([
      (9 + 36) / 2,
      (16 + 49) / 2,
      (25 + 64) / 2,
      (36 + 81) / 2,
      49,
      64,
      81,
    ]);
    // Ends at 3, 6 and 15. Before 3 there is one character, before 15 another.
    expect(alignedAverage(signal, end!).map(({ mean }) => mean)).toEqual([
      9,
      16,
      (4 + 25 + 196) / 3,
      (9 + 36 + 225) / 3,
      (16 + 49 + 256) / 3,
      (25 + 64 + 289) / 3,
      (36 + 81 + 324) / 3,
    ]);
  });

  it('is not a number at a step that no event has, and knows no interval of two blocks', () => {
    const far = { ...text, reach: 9 };
    const [onset] = findEvents(label, far);
    const average = alignedAverage(signal, onset!);
    expect(average).toHaveLength(19);
    expect(average.filter(({ mean }) => Number.isNaN(mean))).toHaveLength(19 - 11);
    expect(average.every(({ half }) => half === Number.POSITIVE_INFINITY)).toBe(true);
  });

  it('is that of brute force for any label, sample and reach', () => {
    const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(bits, bits, fc.integer({ min: 0, max: 12 }), (values, kept, reach) => {
        const sample = kept.flatMap((keeps, position) => (keeps === 1 ? [position] : []));
        const whole = [{ start: 0, end: 30 }];
        const height = sample.map((position) => Math.sin(position));
        const [onset] = findEvents(binary(values), { positions: sample, blocks: whole, reach });
        const onsets = sample.filter((position) => values[position] === 1 && values[position - 1] !== 1);
        const means = alignedAverage(height, onset!).map(({ mean }) => mean);
        for (let step = -reach; step <= reach; step++) {
          const there = onsets.filter((position) => {
            const [low, high] = step < 0 ? [position + step, position] : [position, position + step];
            return Array.from({ length: high - low + 1 }, (_, k) => low + k).every((at) => sample.includes(at));
          });
          const expected = there.reduce((sum, position) => sum + Math.sin(position + step), 0) / there.length;
          if (there.length === 0) expect(means[reach + step]).toBeNaN();
          else expect(means[reach + step]).toBeCloseTo(expected, 12);
        }
      }),
    );
  });

  it('shows a planted cell as what it is: a step at the onset, and back at the end', () => {
    const random = seededRandom(4);
    const length = 6000;
    const on = new Uint8Array(length);
    for (let start = 60; start < length - 60; start += 100 + Math.floor(40 * random.uniform()))
      on.fill(1, start, start + 50);
    const planted = Float64Array.from(on, (value) => 0.2 + 0.6 * value + 0.1 * (random.uniform() - 0.5));
    const moments = findEvents(
      { id: 'planted', kind: 'binary', values: on },
      {
        positions: Array.from(on.keys()),
        blocks: Array.from({ length: 60 }, (_, k) => ({ start: 100 * k, end: 100 * (k + 1) })),
        reach: 40,
      },
    );
    const [onset, end] = moments.map((moment) => alignedAverage(planted, moment));
    for (let step = -40; step <= 40; step++) {
      const [atOnset, atEnd] = [onset![40 + step]!, end![40 + step]!];
      expect(atOnset.mean).toBeCloseTo(step < 0 ? 0.2 : 0.8, 1);
      expect(atEnd.mean).toBeCloseTo(step > 0 ? 0.2 : 0.8, 1);
      // Uniform noise of width 0.1 has a standard deviation of 0.029, and there are about fifty events.
      expect(atOnset.half).toBeGreaterThan(0.004);
      expect(atOnset.half).toBeLessThan(0.015);
    }
  });
});
