import { describe, expect, it } from 'vitest';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { meanLoss, positionLosses, quickLoss } from '../../pipeline/trace/loss.ts';
import { characterTargets } from '../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters, readStepwise } from './networks.ts';

const engine = onnxEngine({ device: 'cpu', threads: 1 });
const parameters = randomParameters(7);
const reading = (ids: Int32Array) => ({
  engine,
  architecture: ARCHITECTURE,
  parameters,
  targets: characterTargets(ids, ARCHITECTURE.outputs),
});

/** −ln p of every character but the first, by its definition. */
async function plainLosses(ids: Int32Array): Promise<number[]> {
  const { logProbabilities } = await readStepwise(parameters, ids);
  return Array.from(ids.subarray(1), (id, t) => -logProbabilities[t * ARCHITECTURE.outputs + id]!);
}

describe('positionLosses', () => {
  it.each([2, 101, 3050])(
    'gives at each of %i characters −ln of its probability, and NaN at the first',
    async (length) => {
      const ids = randomIds(length, 8);
      const losses = await positionLosses(reading(ids));
      const expected = await plainLosses(ids);
      expect(losses).toHaveLength(length);
      expect(losses[0]).toBeNaN();
      expected.forEach((loss, t) => {
        expect(Math.abs(losses[t + 1]! - loss)).toBeLessThan(2e-5);
      });
    },
  );
});

describe('meanLoss', () => {
  it('averages over positions, not over segments, and leaves out the first of all', () => {
    const losses = Float32Array.of(Number.NaN, 1, 2, 4, 8, 16);
    expect(meanLoss(losses, [{ start: 0, end: 3 }])).toBe(1.5);
    expect(
      meanLoss(losses, [
        { start: 1, end: 2 },
        { start: 3, end: 6 },
      ]),
    ).toBe((1 + 4 + 8 + 16) / 4);
  });
});

describe('quickLoss', () => {
  const ids = randomIds(3050, 9);

  it('is the mean loss of the segments where the run-up is longer than the memory', async () => {
    const segments = [
      { start: 450, end: 777 },
      { start: 1500, end: 1630 },
      { start: 2500, end: 3050 },
    ];
    const losses = await plainLosses(ids);
    const expected = segments.flatMap(({ start, end }) => losses.slice(start - 1, end - 1));
    const mean = expected.reduce((sum, loss) => sum + loss, 0) / expected.length;
    expect(Math.abs((await quickLoss(reading(ids), segments, 400)) - mean)).toBeLessThan(1e-4);
  });

  it('starts a segment at the beginning of the text from nothing', async () => {
    const losses = await plainLosses(ids);
    const mean = losses.slice(0, 249).reduce((sum, loss) => sum + loss, 0) / 249;
    expect(Math.abs((await quickLoss(reading(ids), [{ start: 0, end: 250 }], 1000)) - mean)).toBeLessThan(1e-4);
  });
});
