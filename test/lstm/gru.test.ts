import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../pipeline/base/random.ts';
import { openPart, type Value } from '../../pipeline/engines/index.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { GRU_SIGNALS, type GruParameters, gruComputation, gruValues } from '../../pipeline/lstm/gru.ts';
import type { CellActivation, Matrix, RecurrentActivation } from '../../pipeline/lstm/parameters.ts';
import { PartWriter } from '../../pipeline/models/graph/part-writer.ts';
import { largestGap, type PlainFunctions, plainGru, randomGru, USUAL } from './plain-gru.ts';

const SIGMOID: RecurrentActivation = { kind: 'sigmoid' };
const size = fc.integer({ min: 1, max: 6 });
const layers = fc.record({
  inputs: size,
  units: size,
  steps: fc.integer({ min: 1, max: 9 }),
  resetsAfter: fc.boolean(),
  seed: fc.nat(),
});

function computationOf(
  { inputs, units, steps, resetsAfter }: { inputs: number; units: number; steps: number; resetsAfter: boolean },
  cellActivation: CellActivation = 'tanh',
  recurrentActivation = SIGMOID,
) {
  return gruComputation({ inputs, units, resetsAfter, cellActivation, recurrentActivation }, { steps, streams: 1 });
}

const randomRow = (length: number, seed: number) => {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => normal(random));
};

describe('a layer of GRU cells', () => {
  it('computes r, z, n and h as plain loops do, of both variants and any size', async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (layer) => {
        const parameters = randomGru(layer.inputs, layer.units, layer.resetsAfter, layer.seed);
        const values = randomRow(layer.steps * layer.inputs, layer.seed + 1);
        const h0 = randomRow(layer.units, layer.seed + 2);
        const program = await referenceEngine(Float64Array).compile(computationOf(layer));
        const found = await program.run({ ...gruValues(parameters), values, h0 });
        const expected = plainGru(parameters, values, h0);
        for (const signal of GRU_SIGNALS) {
          expect(largestGap(found[signal]!, expected[signal]), signal).toBeLessThan(1e-13);
        }
        expect([...found.hT!]).toEqual([...found.h!.subarray(-layer.units)]);
      }),
      { numRuns: 60 },
    );
  });

  it.each([true, false])(
    'computes the same by onnxruntime, several streams at once (resets after: %s)',
    async (after) => {
      const [inputs, units, steps, streams] = [3, 5, 7, 2];
      const shape = {
        inputs,
        units,
        resetsAfter: after,
        cellActivation: 'tanh',
        recurrentActivation: SIGMOID,
      } as const;
      const parameters = randomGru(inputs, units, after, 3);
      const values = randomRow(steps * streams * inputs, 4);
      const h0 = randomRow(streams * units, 5);
      const program = await onnxEngine({ device: 'cpu', threads: 1 }).compile(
        gruComputation(shape, { steps, streams }),
        gruValues(parameters),
      );
      const found = await program.run({ values, h0 });
      await program.dispose();
      for (let b = 0; b < streams; b++) {
        const own = (rows: Float32Array, width: number) =>
          Float32Array.from(
            { length: steps * width },
            (_, k) => rows[(Math.floor(k / width) * streams + b) * width + (k % width)]!,
          );
        const expected = plainGru(parameters, own(values, inputs), h0.subarray(b * units, (b + 1) * units));
        for (const signal of GRU_SIGNALS) {
          expect(largestGap(own(found[signal]!, units), expected[signal]), signal).toBeLessThan(1e-5);
        }
      }
    },
  );

  it.each<[RecurrentActivation, CellActivation, PlainFunctions]>([
    [
      { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 },
      'relu',
      { gate: (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)), candidate: (x) => Math.max(0, x) },
    ],
    [
      { kind: 'other', function: 'softsign' },
      'elu',
      { gate: (x) => x / (1 + Math.abs(x)), candidate: (x) => (x > 0 ? x : Math.exp(x) - 1) },
    ],
  ])('has the functions that its model has: %o and %s', async (gates, cells, plain) => {
    for (const resetsAfter of [true, false]) {
      const layer = { inputs: 2, units: 3, steps: 4, resetsAfter };
      const parameters = randomGru(2, 3, resetsAfter, 8);
      const values = randomRow(8, 9);
      const program = await referenceEngine(Float64Array).compile(computationOf(layer, cells, gates));
      const found = await program.run({ ...gruValues(parameters), values, h0: new Float32Array(3) });
      const expected = plainGru(parameters, values, [0, 0, 0], plain);
      for (const signal of GRU_SIGNALS) expect(largestGap(found[signal]!, expected[signal])).toBeLessThan(1e-13);
    }
  });

  it("gives the h of onnxruntime's own GRU, of both variants and any size", async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (layer) => {
        const parameters = randomGru(layer.inputs, layer.units, layer.resetsAfter, layer.seed);
        const values = randomRow(layer.steps * layer.inputs, layer.seed + 1);
        const h0 = randomRow(layer.units, layer.seed + 2);
        const expected = plainGru(parameters, values, h0, USUAL);
        const found = await operatorGru(parameters, values, h0);
        expect(largestGap(found, expected.h)).toBeLessThan(1e-5);
      }),
      { numRuns: 25 },
    );
  });
});

/** ONNX's order of the gates, z r h, of rows [3·units, n]. */
function operatorRows({ rows, columns, data }: Matrix): Float32Array {
  const units = columns / 3;
  const result = new Float32Array(rows * columns);
  [1, 0, 2].forEach((gate, place) => {
    for (let unit = 0; unit < units; unit++) {
      for (let row = 0; row < rows; row++) {
        result[(place * units + unit) * rows + row] = data[row * columns + gate * units + unit]!;
      }
    }
  });
  return result;
}

async function operatorGru(parameters: GruParameters, values: Float32Array, h0: Float32Array) {
  const { kernel, recurrentKernel, bias, recurrentBias } = parameters;
  const [inputs, units] = [kernel.rows, recurrentKernel.rows];
  const writer = new PartWriter();
  const biases = new Float32Array(6 * units);
  biases.set(operatorRows(bias));
  if (recurrentBias !== undefined) biases.set(operatorRows(recurrentBias), 3 * units);
  writer.node(
    'GRU',
    [
      'x',
      writer.floats(operatorRows(kernel), [1, 3 * units, inputs]),
      writer.floats(operatorRows(recurrentKernel), [1, 3 * units, units]),
      writer.floats(biases, [1, 6 * units]),
      '',
      writer.floats(h0, [1, 1, units]),
    ],
    { hidden_size: units, linear_before_reset: Number(recurrentBias !== undefined) },
    'y',
  );
  const float = (name: string) => ({ name, type: 'float32' as const });
  const program = await openPart(writer.finish([float('x')], [float('y')]), 'GRU');
  const x: Value = { type: 'float32', dims: [values.length / inputs, 1, inputs], data: values };
  const outputs = await program.run(new Map([['x', x]]), ['y']);
  await program.dispose();
  return Float32Array.from(outputs.get('y')!.data, Number);
}
