import { describe, expect, test } from 'vitest';
import type { Engine } from '../../pipeline/engines/engine.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { onnxWebEngine } from '../../pipeline/engines/onnx-web.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { tfjsEngine } from '../../pipeline/engines/tfjs.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import type { RecurrentActivation } from '../../pipeline/lstm/parameters.ts';
import {
  KERAS_2_HARD_SIGMOID,
  randomInputs,
  relativeDifference,
  SIGMOID,
  smallArchitecture,
  trainingExample,
} from './example.ts';

const window = { steps: 20, streams: 4 };

const engines: [string, () => Promise<Engine> | Engine][] = [
  ['onnx', () => onnxEngine({ device: 'cpu', threads: 2 })],
  ['onnx-web', () => onnxWebEngine({ threads: 2 })],
  ['tfjs', tfjsEngine],
  ['the float32 reference', () => referenceEngine(Float32Array)],
];
const activations: [string, RecurrentActivation][] = [
  ['a sigmoid', SIGMOID],
  ['a hard sigmoid', KERAS_2_HARD_SIGMOID],
];
const combinations = engines.flatMap(([engine, make]) =>
  activations.map(([kind, activation]) => [engine, kind, make, activation] as const),
);

describe.each(combinations)('%s, with %s at the gates,', (_, __, make, activation) => {
  const architecture = smallArchitecture(activation, [33, 17]);

  test('gives the gradients and end states of the float64 reference within 1e-5', async () => {
    const { computation, inputs } = trainingExample(architecture, window);
    const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
    const found = await (await (await make()).compile(computation)).run(inputs);
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    expect(Object.keys(expected).filter((name) => name.endsWith('.gradient'))).toHaveLength(8);
    for (const [name, values] of Object.entries(expected)) {
      expect(relativeDifference(found[name]!, values), name).toBeLessThan(1e-5);
    }
  });

  test('gives the six signals of every layer of the float64 reference within 1e-5', async () => {
    const computation = readingComputation(architecture, window, true);
    const inputs = randomInputs(computation, architecture, 2);
    const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
    const found = await (await (await make()).compile(computation)).run(inputs);
    expect(Object.keys(expected).filter((name) => /\.[ifgoch]$/.test(name))).toHaveLength(12);
    for (const [name, values] of Object.entries(expected)) {
      expect(relativeDifference(found[name]!, values), name).toBeLessThan(1e-5);
    }
  });

  test('gives the same where the weights are constants and are left out of the runs', async () => {
    const { computation, inputs } = trainingExample(architecture, window);
    const engine = await make();
    const expected = await (await engine.compile(computation)).run(inputs);
    const isWeight = (name: string) => /kernel$|bias$/.test(name);
    const entries = Object.entries(inputs);
    const constants = Object.fromEntries(entries.filter(([name]) => isWeight(name)));
    const rest = Object.fromEntries(entries.filter(([name]) => !isWeight(name)));
    expect(Object.keys(constants)).toHaveLength(8);
    const program = await engine.compile(computation, constants);
    for (const found of [await program.run(rest), await program.run(rest)]) {
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, values] of Object.entries(expected)) {
        expect(relativeDifference(found[name]!, values), name).toBeLessThan(1e-6);
      }
    }
  });
});
