import { describe, expect, test } from 'vitest';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import {
  KERAS_2_HARD_SIGMOID,
  randomInputs,
  relativeDifference,
  SIGMOID,
  smallArchitecture,
  trainingExample,
} from './example.ts';

const window = { steps: 20, streams: 4 };

describe.each([
  ['a sigmoid', SIGMOID],
  ['a hard sigmoid', KERAS_2_HARD_SIGMOID],
])('with %s at the gates', (_, activation) => {
  const architecture = smallArchitecture(activation, [33, 17]);

  test('onnx gives the gradients and end states of the float64 reference within 1e-5', async () => {
    const { computation, inputs } = trainingExample(architecture, window);
    const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
    const found = await (await onnxEngine({ device: 'cpu', threads: 2 }).compile(computation)).run(inputs);
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of Object.entries(expected)) {
      expect(relativeDifference(found[name]!, values), name).toBeLessThan(1e-5);
    }
  });

  test('onnx gives the six signals of every layer of the float64 reference within 1e-5', async () => {
    const computation = readingComputation(architecture, window, true);
    const inputs = randomInputs(computation, architecture, 2);
    const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
    const found = await (await onnxEngine({ device: 'cpu', threads: 1 }).compile(computation)).run(inputs);
    expect(Object.keys(expected).filter((name) => /\.[ifgoch]$/.test(name))).toHaveLength(12);
    for (const [name, values] of Object.entries(expected)) {
      expect(relativeDifference(found[name]!, values), name).toBeLessThan(1e-5);
    }
  });
});
