import { describe, expect, it } from 'vitest';
import { lossByContext } from '../../../pipeline/evidence/memory/context.ts';
import { characterTargets } from '../../../pipeline/trace/targets.ts';
import { ARCHITECTURE, randomIds, randomParameters, readStepwise } from '../../trace/networks.ts';
import { engine, LINEAR_CELL, linearCell, mean, saidByHand, TARGETS, VALUES } from '../networks.ts';

const cell = { engine, architecture: LINEAR_CELL, parameters: linearCell(), sequence: TARGETS.sequence };
const known = [1, 2, 5];
/** Of the positions from 5 on. */
const positions = Array.from({ length: VALUES.length - 5 }, (_, k) => k + 5);

describe('the loss by what is known', () => {
  it('of a forecaster is the squared error of the next numbers, worked out by hand', async () => {
    const points = await lossByContext(cell, { targets: TARGETS, known });
    expect(points.map((point) => point.known)).toEqual([...known, null]);
    for (const point of points) {
      const errors = positions.map((p) => (saidByHand(p, point.known ?? p) - VALUES[p]!) ** 2);
      expect(point.mean).toBeCloseTo(mean(errors), 5);
      const deviation = Math.sqrt(errors.reduce((sum, e) => sum + (e - mean(errors)) ** 2, 0) / (errors.length - 1));
      expect(point.interval[1] - point.mean).toBeCloseTo((1.96 * deviation) / Math.sqrt(errors.length), 5);
    }
  });

  it('of other networks is the squared difference from what they say when they know everything', async () => {
    const points = await lossByContext(cell, { known });
    const ends = [...positions, VALUES.length];
    for (const point of points) {
      const errors = ends.map((p) => (saidByHand(p, point.known ?? p) - saidByHand(p, p)) ** 2);
      expect(point.mean).toBeCloseTo(mean(errors), 5);
    }
    expect(points.at(-1)!.mean).toBe(0);
    expect(points[0]!.mean).toBeGreaterThan(points[2]!.mean);
  });

  it('of a network without an output layer compares h', async () => {
    const { dense, ...rest } = cell.parameters;
    const architecture = { ...LINEAR_CELL, outputs: 0 };
    const points = await lossByContext({ ...cell, architecture, parameters: { ...rest, dense: [] } }, { known });
    const withOutput = await lossByContext(cell, { known });
    // y = −2·h
    expect(points.map((point) => 4 * point.mean)).toEqual(withOutput.map((point) => expect.closeTo(point.mean, 5)));
  });

  it('of a text with everything known is that of one pass from its beginning', async () => {
    const parameters = randomParameters(6);
    const ids = randomIds(2500, 7);
    const targets = characterTargets(ids, ARCHITECTURE.outputs);
    const candidates = [200, 999, 1000, 1250, 1251, 2000, 2499];
    const network = { engine, architecture: ARCHITECTURE, parameters, sequence: targets.sequence };
    const points = await lossByContext(network, { targets, candidates });
    const { logProbabilities } = await readStepwise(parameters, ids);
    const losses = candidates.map((p) => -logProbabilities[(p - 1) * ARCHITECTURE.outputs + ids[p]!]!);
    expect(points.at(-1)!.mean).toBeCloseTo(mean(losses), 5);
  });

  it('is not said where fewer than two positions have enough before them', async () => {
    expect(await lossByContext(cell, { known: [VALUES.length] })).toEqual([]);
  });
});
