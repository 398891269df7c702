import { describe, expect, it } from 'vitest';
import { halfLives } from '../../../pipeline/evidence/half-life/half-life.ts';
import { characterSequence, numberSequence } from '../../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, readStepwise, selfMindingParameters } from '../../trace/networks.ts';
import { engine, LINEAR_CELL, linearCell, mean, VALUES } from '../networks.ts';

const sequence = numberSequence(VALUES, 1);

async function ofCell(f: number, fByInput = 0) {
  const [layer] = await halfLives({ engine, architecture: LINEAR_CELL, parameters: linearCell(f, fByInput), sequence });
  return layer!.cells[0]!;
}

describe('a half-life', () => {
  it('is ln ½ / ln f for a forget gate that never changes, and known exactly', async () => {
    const { steps, interval } = await ofCell(0.8);
    expect(steps).toBeCloseTo(Math.log(0.5) / Math.log(0.8), 5);
    expect(interval[0]).toBeCloseTo(steps, 5);
    expect(interval[1]).toBeCloseTo(steps, 5);
  });

  it('is such that a cell of that forget gate holds half of its content after so many steps', async () => {
    const { steps } = await ofCell(0.5 ** (1 / 7));
    expect(steps).toBeCloseTo(7, 4);
  });

  it('is infinite where nothing is forgotten, and 0 where all is', async () => {
    expect(await ofCell(1)).toEqual({ unit: 0, steps: Infinity, interval: [Infinity, Infinity] });
    expect(await ofCell(0)).toEqual({ unit: 0, steps: 0, interval: [0, 0] });
  });

  it('comes from the geometric mean of a forget gate that changes, with an interval around it', async () => {
    const { steps, interval } = await ofCell(0.5, 0.1);
    const logarithms = Array.from(VALUES, (x) => Math.log(Math.min(1, Math.max(0, 0.5 + 0.1 * x))));
    expect(steps).toBeCloseTo(-Math.LN2 / mean(logarithms), 5);
    // 60 steps in 40 segments: two steps, one, two, one …
    const segments = Array.from({ length: 20 }, (_, k) => [
      (logarithms[3 * k]! + logarithms[3 * k + 1]!) / 2,
      logarithms[3 * k + 2]!,
    ]).flat();
    const variance = segments.reduce((sum, value) => sum + (value - mean(segments)) ** 2, 0) / 39;
    const half = 1.96 * Math.sqrt(variance / 40);
    expect(interval[0]).toBeCloseTo(-Math.LN2 / (mean(logarithms) - half), 5);
    expect(interval[1]).toBeCloseTo(-Math.LN2 / (mean(logarithms) + half), 5);
  });

  it('can be that of some steps alone, each of which still follows those before it', async () => {
    const counted = [3, 4, 5, 20, 21, 40];
    const parameters = linearCell(0.5, 0.1);
    const [layer] = await halfLives({ engine, architecture: LINEAR_CELL, parameters, sequence }, counted);
    const logarithms = counted.map((t) => Math.log(Math.min(1, Math.max(0, 0.5 + 0.1 * VALUES[t]!))));
    expect(layer!.cells[0]!.steps).toBeCloseTo(-Math.LN2 / mean(logarithms), 5);
  });

  it('is found for every cell of every layer of a text that is read in several streams, and more than once', async () => {
    const parameters = selfMindingParameters(2);
    const ids = randomIds(5050, 3);
    const found = await halfLives({ engine, architecture: ARCHITECTURE, parameters, sequence: characterSequence(ids) });
    // One of the cells forgets so little that only float32 compares with float32.
    const { signals } = await readStepwise(parameters, ids, engine);
    expect(found.map(({ cells }) => cells.length)).toEqual(ARCHITECTURE.units);
    found.forEach(({ cells, lowerQuartile, median, upperQuartile }, layer) => {
      const units = cells.length;
      const f = signals[`layer${layer + 1}.f`]!;
      for (const { unit, steps, interval } of cells) {
        const own = Array.from({ length: ids.length }, (_, t) => Math.log(f[t * units + unit]!));
        expect(steps / (-Math.LN2 / mean(own))).toBeCloseTo(1, 4);
        // A forget gate that never changes is known exactly.
        expect(interval[0]).toBeLessThanOrEqual(steps * (1 + 1e-9));
        expect(interval[1]).toBeGreaterThanOrEqual(steps * (1 - 1e-9));
      }
      const sorted = cells.map(({ steps }) => steps).sort((a, b) => a - b);
      const middle = (sorted[Math.floor((units - 1) / 2)]! + sorted[Math.ceil((units - 1) / 2)]!) / 2;
      expect(median).toBeCloseTo(middle, 9);
      expect(lowerQuartile).toBeLessThan(median);
      expect(upperQuartile).toBeGreaterThan(median);
    });
    // Of five values the quartiles are the second and the fourth.
    const five = found[0]!.cells.map(({ steps }) => steps).sort((a, b) => a - b);
    expect([found[0]!.lowerQuartile, found[0]!.upperQuartile]).toEqual([five[1], five[3]]);
  });

  it('is refused to a network that reads backwards too', async () => {
    const architecture = { ...LINEAR_CELL, bidirectional: [true] };
    const parameters = linearCell();
    await expect(halfLives({ engine, architecture, parameters, sequence })).rejects.toThrow('reads in both directions');
  });
});
