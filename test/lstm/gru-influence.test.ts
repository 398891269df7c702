import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { gruInfluenceComputation, inStack, stackValues } from '../../pipeline/lstm/gru-influence.ts';
import { largestGap, plainGru, randomGru } from './plain-gru.ts';

const STEPS = 5;

/** A stack of two layers, 2 → 3 → 2 units, with the input of a window of one stream. */
function example(resetsAfter: boolean, seed: number) {
  const random = seededRandom(seed);
  const row = (length: number) => Float32Array.from({ length }, () => normal(random));
  const layers = [randomGru(2, 3, resetsAfter, seed), randomGru(3, 2, resetsAfter, seed + 1)];
  const shapes = layers.map(({ kernel, recurrentKernel }) => ({
    inputs: kernel.rows,
    units: recurrentKernel.rows,
    resetsAfter,
    cellActivation: 'tanh' as const,
    recurrentActivation: { kind: 'sigmoid' as const },
  }));
  return { layers, shapes, values: row(STEPS * 2), starts: [row(3), row(2)], weights: row(2) };
}

const inputsOf = ({ layers, values, starts, weights }: ReturnType<typeof example>) => ({
  ...stackValues(layers),
  ...Object.fromEntries(starts.map((h0, layer) => [inStack(layer, 'h0'), h0])),
  values,
  weights,
});

it('is the input times the gradient by it, as finite differences of plain loops have it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.nat(), async (resetsAfter, seed) => {
      const one = example(resetsAfter, seed);
      const { layers, shapes, values, starts, weights } = one;
      const sum = (read: ArrayLike<number>) => {
        let rows = read;
        for (const [k, parameters] of layers.entries()) rows = plainGru(parameters, rows, starts[k]!).h;
        return weights.reduce((total, weight, k) => total + weight * rows[rows.length - weights.length + k]!, 0);
      };
      const expected = Array.from({ length: STEPS }, (_, t) => {
        const products = [0, 1].map((k) => {
          const moved = (by: number) => Float64Array.from(values, (value, at) => value + (at === 2 * t + k ? by : 0));
          return (values[2 * t + k]! * (sum(moved(1e-5)) - sum(moved(-1e-5)))) / 2e-5;
        });
        return products[0]! + products[1]!;
      });
      const program = await referenceEngine(Float64Array).compile(
        gruInfluenceComputation(shapes, { steps: STEPS, streams: 1 }),
      );
      const { influence } = await program.run(inputsOf(one));
      expect(largestGap(influence!, expected)).toBeLessThan(1e-7);
    }),
    { numRuns: 30 },
  );
});

it.each([true, false])('is the same by onnxruntime (resets after: %s)', async (resetsAfter) => {
  const one = example(resetsAfter, 12);
  const computation = gruInfluenceComputation(one.shapes, { steps: STEPS, streams: 1 });
  const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputsOf(one));
  const program = await onnxEngine({ device: 'cpu', threads: 1 }).compile(computation, stackValues(one.layers));
  const { layers, ...rest } = one;
  const found = await program.run(
    Object.fromEntries(
      Object.entries(inputsOf({ layers, ...rest })).filter(([name]) => !(name in stackValues(layers))),
    ),
  );
  await program.dispose();
  expect(largestGap(found.influence!, expected.influence!)).toBeLessThan(1e-5);
});
