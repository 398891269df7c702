// Networks that were made elsewhere: embeddings, both directions, dense stacks, other activations.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Inputs } from '../../pipeline/engines/engine.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { outputName, signalName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import {
  type Architecture,
  assembleParameters,
  countParameters,
  listTensors,
  tensorShapes,
} from '../../pipeline/lstm/parameters.ts';
import { KERAS_2_HARD_SIGMOID, randomInputs, relativeDifference, SIGMOID } from '../engines/example.ts';

const window = { steps: 5, streams: 2 };
const plain: Architecture = {
  inputs: 6,
  units: [4, 3],
  outputs: 5,
  cellActivation: 'tanh',
  recurrentActivation: SIGMOID,
};

const networks: [string, Architecture][] = [
  ['an embedding', { ...plain, embedding: 3 }],
  ['a layer that reads both ways', { ...plain, bidirectional: [true, false] }],
  ['all layers reading both ways', { ...plain, bidirectional: [true, true], embedding: 2 }],
  [
    'a dense stack',
    {
      ...plain,
      hidden: [
        { units: 7, activation: 'relu' },
        { units: 2, activation: 'tanh' },
      ],
    },
  ],
  ['no output layer', { ...plain, outputs: 0 }],
  ['numbers in and out', { ...plain, reads: 'numbers', outputActivation: 'linear' }],
  ['numbers in and a sigmoid out', { ...plain, reads: 'numbers', outputs: 1, outputActivation: 'sigmoid' }],
  [
    'rectified cells',
    { ...plain, reads: 'numbers', cellActivation: 'relu', recurrentActivation: KERAS_2_HARD_SIGMOID },
  ],
];

async function read(architecture: Architecture, inputs: Inputs, steps = window.steps) {
  const computation = readingComputation(architecture, { ...window, steps }, true);
  return (await referenceEngine(Float64Array).compile(computation)).run(inputs);
}

describe.each(networks)('a network with %s', (_, architecture) => {
  const computation = readingComputation(architecture, window, true);
  const inputs = randomInputs(computation, architecture, 3);

  it.each(['onnx', 'tfjs'] as const)('reads alike on %s and in float64', async (name) => {
    const expected = await read(architecture, inputs);
    const engine = await chooseEngine({ engine: name, threads: 1 });
    const program = await engine.compile(computation);
    const found = await program.run(inputs);
    await program.dispose();
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [output, values] of Object.entries(expected)) {
      expect(relativeDifference(found[output]!, values), output).toBeLessThan(1e-5);
    }
  });

  it('takes its tensors apart and puts them together in one order', () => {
    const shapes = tensorShapes(architecture);
    const matrices = shapes.map(({ rows, columns }) => ({ rows, columns, data: new Float32Array(rows * columns) }));
    expect(listTensors(assembleParameters(architecture, matrices))).toEqual(matrices);
    expect(countParameters(architecture)).toBe(matrices.reduce((sum, { data }) => sum + data.length, 0));
    expect(new Set(shapes.map(({ name }) => name)).size).toBe(shapes.length);
  });
});

/** Time-major rows of two streams, the other way round in time. */
function reversed(values: ArrayLike<number>, steps: number): Float64Array {
  const width = values.length / steps;
  return Float64Array.from({ length: values.length }, (_, k) => {
    const t = Math.floor(k / width);
    return values[(steps - 1 - t) * width + (k % width)]!;
  });
}

test('what reads backwards gives for a text what a layer of the same weights gives for the text reversed', async () => {
  const one: Architecture = { ...plain, units: [4], outputs: 0 };
  const both: Architecture = { ...one, bidirectional: [true] };
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 2 ** 30 }), async (steps, seed) => {
      const inputs = randomInputs(readingComputation(both, { ...window, steps }, true), both, seed);
      const found = await read(both, inputs, steps);
      const backwards = {
        'layer1.kernel': inputs['layer1.backward_kernel']!,
        'layer1.recurrent_kernel': inputs['layer1.backward_recurrent_kernel']!,
        'layer1.bias': inputs['layer1.backward_bias']!,
        'layer1.h0': new Float64Array(8),
        'layer1.c0': new Float64Array(8),
        ids: Int32Array.from(reversed(inputs.ids!, steps)),
      };
      const alone = await read(one, backwards, steps);
      for (const signal of ['i', 'f', 'g', 'o', 'c', 'h']) {
        const expected = reversed(alone[signalName(0, signal)]!, steps);
        const both8 = found[signalName(0, signal)]!;
        const behind = Float64Array.from({ length: expected.length }, (_, k) => both8[2 * k - (k % 4) + 4]!);
        expect(relativeDifference(behind, expected)).toBeLessThan(1e-12);
      }
    }),
    { numRuns: 25 },
  );
});

test('an embedding is the product of its table with the first kernel, read one-hot', async () => {
  const embedded: Architecture = { ...plain, embedding: 3 };
  const inputs = randomInputs(readingComputation(embedded, window, true), embedded, 8);
  const [table, kernel] = [inputs.embedding!, inputs['layer1.kernel']!];
  const folded = Float64Array.from({ length: 6 * 16 }, (_, k) => {
    const [row, column] = [Math.floor(k / 16), k % 16];
    return [0, 1, 2].reduce((sum, e) => sum + table[row * 3 + e]! * kernel[e * 16 + column]!, 0);
  });
  const { embedding, ...others } = inputs;
  const expected = await read(plain, { ...others, 'layer1.kernel': folded });
  const found = await read(embedded, inputs);
  expect(relativeDifference(found[outputName(plain)]!, expected[outputName(plain)]!)).toBeLessThan(1e-12);
});
