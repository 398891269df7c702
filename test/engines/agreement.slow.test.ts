import { describe, expect, test } from 'vitest';
import type { Engine } from '../../pipeline/engines/engine.ts';
import { onnxEngine } from '../../pipeline/engines/onnx.ts';
import { onnxWebEngine } from '../../pipeline/engines/onnx-web.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { tfjsEngine } from '../../pipeline/engines/tfjs.ts';
import { activate, slopeOf, tellsSlope } from '../../pipeline/lstm/activations.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import type { Computation } from '../../pipeline/lstm/ops.ts';
import type { CellActivation, RecurrentActivation } from '../../pipeline/lstm/parameters.ts';
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

/** x from −6 to 8: what each function gives, written with the language's own. */
const FUNCTIONS: Partial<Record<CellActivation, (x: number) => number>> = {
  linear: (x) => x,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(x, 0),
  'leaky-relu(0.2)': (x) => (x > 0 ? x : 0.2 * x),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  'elu(0.5)': (x) => (x > 0 ? x : 0.5 * Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  exponential: Math.exp,
  softplus: (x) => Math.log1p(Math.exp(x)),
  softsign: (x) => x / (1 + Math.abs(x)),
  'log-sigmoid': (x) => -Math.log1p(Math.exp(-x)),
  'hard-tanh': (x) => Math.min(Math.max(x, -1), 1),
  'hard-sigmoid(0.2,0.5)': (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1),
  swish: (x) => x / (1 + Math.exp(-x)),
  'hard-swish': (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  'gelu-tanh': (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};
const NAMES = Object.keys(FUNCTIONS) as CellActivation[];

describe.each(engines)('%s', (_, make) => {
  const xs = Float32Array.from({ length: 57 }, (_, k) => -6 + k / 4 + 0.01);
  const computation: Computation = {
    inputs: { x: { rows: 3, columns: 19 } },
    body(ops, { x }) {
      const given = NAMES.map((name) => [name, activate(ops, x!, name)] as const);
      const slopes = given
        .filter(([name]) => tellsSlope(name))
        .map(([name, y]) => [`slope of ${name}`, slopeOf(ops, y, name)] as const);
      return Object.fromEntries([...given, ...slopes]);
    },
  };

  test('computes every function of a cell, and its slope where what it gives tells that', async () => {
    const found = await (await (await make()).compile(computation)).run({ x: xs });
    for (const name of NAMES) {
      const of = FUNCTIONS[name]!;
      expect(relativeDifference(found[name]!, Array.from(xs, of)), name).toBeLessThan(1e-5);
      if (!tellsSlope(name)) continue;
      const slopes = Array.from(xs, (x) => (of(x + 1e-6) - of(x - 1e-6)) / 2e-6);
      const own = found[`slope of ${name}`]!;
      // A slope that is the same everywhere is one value.
      const all = own.length === 1 ? slopes.map(() => own[0]!) : own;
      expect(relativeDifference(all, slopes), name).toBeLessThan(1e-4);
    }
  });
});
