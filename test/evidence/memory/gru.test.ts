import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../pipeline/base/random.ts';
import { referenceEngine } from '../../../pipeline/engines/reference.ts';
import {
  type GruStack,
  gruContext,
  gruHalfLives,
  gruInfluence,
  readGruStack,
} from '../../../pipeline/evidence/memory/gru.ts';
import { plainGru, randomGru } from '../../lstm/plain-gru.ts';

const STEPS = 45;
const LAGS = 3;
const random = seededRandom(9);
const rows = Float32Array.from({ length: STEPS * 2 }, () => normal(random));
const parameters = [randomGru(2, 3, true, 1), randomGru(3, 2, false, 2)];
const stack: GruStack = {
  engine: referenceEngine(Float32Array),
  layers: parameters.map((own) => ({
    parameters: own,
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  })),
  rows,
};

const lower = plainGru(parameters[0]!, rows, [0, 0, 0]);
const upper = plainGru(parameters[1]!, lower.h, [0, 0]);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the memory of a stack of GRU layers', () => {
  it('keeps half of h for ln ½ over the mean of ln z', async () => {
    const halfLives = gruHalfLives(stack.layers, await readGruStack(stack, LAGS));
    for (const [layer, { z }] of [lower, upper].entries()) {
      const units = z.length / STEPS;
      for (const { unit, steps } of halfLives[layer]!.cells) {
        const logarithms = z.filter((_, k) => k % units === unit).map(Math.log);
        expect(steps).toBeCloseTo(Math.log(0.5) / mean(logarithms), 4);
      }
    }
  });

  it('loses with older input cut off what plain loops lose that begin from nothing', async () => {
    const points = await gruContext(stack, await readGruStack(stack, LAGS), LAGS);
    expect(points.map(({ known }) => known)).toEqual([1, 2, 3, 4, null]);
    const ends = Array.from({ length: STEPS - LAGS }, (_, k) => k + LAGS + 1);
    for (const { known, mean: found } of points.slice(0, -1)) {
      const losses = ends.map((end) => {
        const first = plainGru(parameters[0]!, rows.subarray((end - known!) * 2, end * 2), [0, 0, 0]);
        const last = plainGru(parameters[1]!, first.h, [0, 0]).h.slice(-2);
        return mean(last.map((h, k) => (h - upper.h[(end - 1) * 2 + k]!) ** 2));
      });
      expect(found).toBeCloseTo(mean(losses), 6);
    }
    expect(points.at(-1)!.mean).toBe(0);
  });

  it.each([undefined, { layer: 0, unit: 2 }])('is influenced by input × gradient, by lag: %j', async (target) => {
    const found = await gruInfluence(stack, await readGruStack(stack, LAGS), LAGS, target);
    const explained = (read: ArrayLike<number>, end: number) => {
      const first = plainGru(parameters[0]!, read, [0, 0, 0]).h;
      if (target !== undefined) return first[end * 3 + target.unit]!;
      return plainGru(parameters[1]!, first, [0, 0])
        .h.slice(end * 2, end * 2 + 2)
        .reduce((a, b) => a + b);
    };
    for (let lag = 0; lag <= LAGS; lag++) {
      const influences = Array.from({ length: STEPS - LAGS }, (_, k) => {
        const end = k + LAGS;
        const products = [0, 1].map((column) => {
          const at = (end - lag) * 2 + column;
          const moved = (by: number) =>
            explained(
              Array.from(rows, (value, k) => value + (k === at ? by : 0)),
              end,
            );
          return (rows[at]! * (moved(1e-4) - moved(-1e-4))) / 2e-4;
        });
        return Math.abs(products[0]! + products[1]!);
      });
      expect(found[lag]!.mean).toBeCloseTo(mean(influences), 5);
    }
  });

  it('wants more steps than the largest lag', async () => {
    await expect(readGruStack(stack, STEPS)).rejects.toThrow('There are 45 steps to read, too few for a lag of 45.');
  });
});
