import { describe, expect, it } from 'vitest';
import { ALL_SIGNALS, toByte } from '../../pipeline/base/bytes.ts';
import { contextOrder } from '../../pipeline/base/context-order.ts';
import { packKeptSteps, packSteps } from '../../pipeline/base/packed-steps.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import { createBook, createTrainingSample, trainingPositions } from '../../pipeline/gallery/kept-signals.ts';

describe('the sample of the training text', () => {
  it('is all of a short one', () => {
    expect(trainingPositions(Uint8Array.of(0, 1, 1, 0, 1), 10)).toEqual([1, 2, 4]);
  });

  it('is made of whole segments from all over a long one, and of nothing that does not train', () => {
    const rows = new Uint8Array(100_000).map((_, position) => (position % 10_000 < 9000 ? 1 : 0));
    const positions = trainingPositions(rows, 12_000);
    expect(positions).toHaveLength(12_000);
    expect(positions.every((position) => rows[position] === 1)).toBe(true);
    expect(positions.every((position, k) => k === 0 || position > positions[k - 1]!)).toBe(true);
    expect(new Set(positions.map((position) => Math.floor(position / 10_000))).size).toBe(10);
    const steps = positions.slice(1).map((position, k) => position - positions[k]!);
    expect(steps.filter((step) => step === 1).length).toBeGreaterThan(11_900);
  });

  it('keeps the byte of every signal of every cell at its positions, whatever window it comes in', () => {
    const value = (layer: number, s: number, unit: number, position: number) =>
      Math.sin(1 + layer * 7 + s * 3 + unit * 5 + position);
    const layers = [19, 2];
    const sample = createTrainingSample(layers, [2, 3, 5], ALL_SIGNALS);
    for (const positions of [Int32Array.of(5, 0, -1), Int32Array.of(3, 4, 2)]) {
      const window = layers.map((units, layer) =>
        Object.fromEntries(
          SIGNALS.map((signal, s) => [
            signal,
            Float32Array.from({ length: 3 * units }, (_, k) =>
              value(layer, s, k % units, positions[Math.floor(k / units)]!),
            ),
          ]),
        ),
      );
      sample.add({ positions, layers: window });
    }
    const places = layers.flatMap((units, layer) => Array.from({ length: units }, (_, unit) => ({ layer, unit })));
    const expected = places.flatMap(({ layer, unit }) =>
      SIGNALS.flatMap((signal, s) =>
        [2, 3, 5].map((position) => toByte(Math.fround(value(layer, s, unit, position)), ALL_SIGNALS.domains[signal])),
      ),
    );
    expect([...sample.bytes]).toEqual(expected);
  });
});

describe('the book', () => {
  it('has the step of h of every cell at every character, whichever window came last', () => {
    const [units, length] = [[19, 2], 7];
    const h = (layer: number, unit: number, position: number) => Math.sin(1 + layer * 7 + unit * 5 + position);
    const book = createBook(units, length, ALL_SIGNALS.domains.h);
    const order = contextOrder([...'abcabca']);
    // Two streams of four characters, of which the second has but three; a reading that began anew gives them again.
    for (const wrong of [0.3, 0]) {
      for (const offset of [0, 2]) {
        const segments = [0, 4].map((start, stream) => ({
          stream,
          start: start + offset,
          length: Math.min(2, length - start - offset),
        }));
        const layers = units.map((count, layer) => ({
          h: Float32Array.from({ length: 4 * count }, (_, k) => {
            const row = Math.floor(k / count);
            return h(layer, k % count, 4 * (row % 2) + offset + Math.floor(row / 2)) - wrong;
          }),
        }));
        book.add({ streams: 2, segments }, layers);
      }
    }
    const places = units.flatMap((count, layer) => Array.from({ length: count }, (_, unit) => ({ layer, unit })));
    places.forEach(({ layer, unit }, cell) => {
      const values = Uint8Array.from({ length }, (_, t) =>
        toByte(Math.fround(h(layer, unit, t)), ALL_SIGNALS.domains.h),
      );
      const kept = book.bytes.subarray(4 * cell, 4 * (cell + 1));
      expect([...packKeptSteps(kept, order)]).toEqual([...packSteps(values, order)]);
    });
  });
});
