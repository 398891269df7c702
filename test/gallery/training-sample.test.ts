import { describe, expect, it } from 'vitest';
import { ALL_SIGNALS, toByte } from '../../pipeline/base/bytes.ts';
import { SIGNALS } from '../../pipeline/base/signals.ts';
import { createTrainingSample, trainingPositions } from '../../pipeline/gallery/kept-signals.ts';

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
