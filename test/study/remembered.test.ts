import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import type { Measured } from '../../pipeline/gallery/measured.ts';
import type { Label } from '../../pipeline/scoring/plan/labels.ts';
import type { Score } from '../../pipeline/scoring/rank.ts';
import { addingTo } from '../../pipeline/scoring/window/added.ts';
import { type MemoryBench, memoryOf } from '../../pipeline/study/remembered.ts';

const CELLS = ['1-0', '1-1', '1-2'];
const [ROWS, BLOCKS] = [600, 10];

/**
 * A label that no window knows anything of, and three cells: the first knows much of it where it is fitted and less where it is
 * judged, the second as much in both, and the third nothing.
 */
function planted(): { measured: Measured; bench: MemoryBench } {
  const random = seededRandom(3);
  const values = Uint8Array.from({ length: 2 * ROWS + 1 }, () => Number(random.uniform() < 0.4));
  const label: Label = { id: 'quotes', kind: 'binary', values };
  const training = Int32Array.from({ length: ROWS }, (_, row) => row);
  const judging = training.map((row) => ROWS + row);
  const byteOf = (step: number, skill: number) =>
    Math.max(0, Math.min(255, Math.round(128 + 20 * (skill * (values[step]! - 0.5) + normal(random)))));
  const skills = [
    { training: 4, judging: 2 },
    { training: 3, judging: 3 },
    { training: 0, judging: 0 },
  ];
  const bytesOf = (steps: Int32Array, part: 'training' | 'judging') =>
    skills.map((skill) => Uint8Array.from(steps, (step) => byteOf(step, skill[part])));
  const known = { training: bytesOf(training, 'training'), judging: bytesOf(judging, 'judging') };
  const scores = CELLS.map(
    (cell) => ({ cell, hypothesis: 'quotes', signal: 'h', alignment: 'reading' }) as unknown as Score,
  );
  const sample = new Uint8Array(CELLS.length * ROWS);
  for (const [cell, bytes] of known.training.entries()) sample.set(bytes, cell * ROWS);
  const measured = {
    scoring: {
      scores,
      signals: ['h'],
      heldOut: { positions: judging, bytes: (cell: number) => known.judging[cell]! },
    },
    training: { positions: training, bytes: sample },
  } as unknown as Measured;
  const nothing = (['reading', 'predicting'] as const).map((alignment) => ({
    alignment,
    values: new Float32Array(2 * ROWS),
  }));
  const windows = addingTo(
    [0, 20].map((length) => ({ length, predictions: nothing })),
    { labels: [label], training, judging },
    Int32Array.from({ length: ROWS }, (_, row) => Math.floor((row * BLOCKS) / ROWS)),
  );
  return { measured, bench: { windows, untrained: new Map() } };
}

describe('what a network remembers', () => {
  const { measured, bench } = planted();

  it('is counted in cells, and headed by the one that the training text promises most of', () => {
    const found = memoryOf(measured, CELLS, bench, true)!;
    expect(found.adding).toBe(2);
    expect(found.remembering).toBe(2);
    // Not the one that does best where it is judged.
    const [best] = found.best;
    expect(found.best).toHaveLength(1);
    expect(best).toMatchObject({
      hypothesis: 'quotes',
      cell: '1-0',
      signal: 'h',
      alignment: 'reading',
      remembering: 2,
    });
    // The integral over two normal densities, fitted where they are four deviations apart and judged where they are two.
    expect(Math.abs(best!.adds - 0.372)).toBeLessThan(0.06);
    const [low, high] = best!.interval!;
    expect(low).toBeLessThan(best!.adds);
    expect(high).toBeGreaterThan(best!.adds);
  });

  it('is more than untrained cells add', () => {
    const untrained = new Map([['quotes', 0.5]]);
    const found = memoryOf(measured, CELLS, { ...bench, untrained }, false)!;
    expect(found.adding).toBe(2);
    expect(found.remembering).toBeLessThan(2);
  });

  it('is counted for all windows only where that is asked for, and not at all where there are none', () => {
    expect(memoryOf(measured, CELLS, bench, true)!.curve).toEqual([
      { steps: 0, cells: 2 },
      { steps: 20, cells: 2 },
    ]);
    expect(memoryOf(measured, CELLS, bench, false)!.curve).toEqual([{ steps: 20, cells: 2 }]);
    expect(memoryOf(measured, CELLS, { ...bench, windows: [] }, true)).toBeNull();
  });
});
