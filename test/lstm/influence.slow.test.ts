import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../pipeline/engines/engine.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { influenceComputation, type Scalar } from '../../pipeline/lstm/influence.ts';
import { outputName, signalName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import type { Architecture, HiddenLayer } from '../../pipeline/lstm/parameters.ts';
import { KERAS_2_HARD_SIGMOID, randomInputs, relativeDifference, SIGMOID } from '../engines/example.ts';

const window = { steps: 5, streams: 2 };
const numbers: Architecture = {
  reads: 'numbers',
  inputs: 3,
  units: [4, 3],
  outputs: 5,
  outputActivation: 'linear',
  cellActivation: 'tanh',
  recurrentActivation: SIGMOID,
};
const { outputActivation, ...softmax } = numbers;

const networks: [string, Architecture][] = [
  ['linear outputs', numbers],
  ['a softmax', softmax],
  ['a sigmoid over a dense stack', { ...numbers, outputActivation: 'sigmoid', hidden: stack() }],
  ['a softmax over a dense stack', { ...softmax, hidden: stack() }],
  ['no output layer', { ...softmax, outputs: 0 }],
  [
    'hard sigmoids and rectified cells',
    { ...numbers, cellActivation: 'relu', recurrentActivation: KERAS_2_HARD_SIGMOID },
  ],
  ['one layer', { ...softmax, units: [4] }],
];

function stack(): HiddenLayer[] {
  return [
    { units: 6, activation: 'relu' },
    { units: 4, activation: 'tanh' },
  ];
}

/** What the scalar is made of at the window's last step, from the reading that the rest of the project uses. */
async function lastOf(architecture: Architecture, scalar: Scalar, inputs: Inputs): Promise<Float64Array> {
  const computation = readingComputation(architecture, window, true);
  const { weights, ...read } = inputs;
  const outputs = await (await referenceEngine(Float64Array).compile(computation)).run(read);
  const top = architecture.units.length - 1;
  const prediction = outputs[outputName(architecture)];
  const values =
    scalar === 'output' ? (prediction ?? outputs[signalName(top, 'h')]!) : outputs[signalName(top, scalar)]!;
  return values.slice(-values.length / window.steps);
}

/** Σ over a step's numbers of each times the central difference by it, [T·B]. */
async function byDifferences(architecture: Architecture, scalar: Scalar, inputs: Inputs): Promise<Float64Array> {
  const sum = async (values: Float64Array, stream: number) => {
    const last = await lastOf(architecture, scalar, { ...inputs, values });
    const width = last.length / window.streams;
    const own = (array: ArrayLike<number>) => Array.from({ length: width }, (_, k) => array[stream * width + k]!);
    const weights = own(inputs.weights!);
    return own(last).reduce((total, value, k) => total + weights[k]! * value, 0);
  };
  const values = Float64Array.from(inputs.values!);
  const found = new Float64Array(window.steps * window.streams);
  const step = 1e-5;
  for (let k = 0; k < values.length; k++) {
    const row = Math.floor(k / architecture.inputs);
    const at = (offset: number) => {
      const moved = values.slice();
      moved[k]! += offset;
      return sum(moved, row % window.streams);
    };
    found[row]! += (values[k]! * ((await at(step)) - (await at(-step)))) / (2 * step);
  }
  return found;
}

describe.each(networks)('with %s', (_, architecture) => {
  it.each<Scalar>(['output', 'h', 'c'])(
    'the input times the gradient of %s equals finite differences in float64',
    async (scalar) => {
      const computation = influenceComputation(architecture, window, scalar);
      const inputs = randomInputs(computation, architecture, 11);
      const found = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
      const expected = await byDifferences(architecture, scalar, inputs);
      expect(relativeDifference(found.influence!, expected)).toBeLessThan(1e-6);
      expect(relativeDifference(found.last!, await lastOf(architecture, scalar, inputs))).toBeLessThan(1e-12);
    },
  );

  it('engines agree', async () => {
    const computation = influenceComputation(architecture, window, 'output');
    const inputs = randomInputs(computation, architecture, 12);
    const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
    for (const name of ['onnx', 'tfjs'] as const) {
      const program = await (await chooseEngine({ engine: name, threads: 1 })).compile(computation);
      const found = await program.run(inputs);
      await program.dispose();
      expect(relativeDifference(found.influence!, expected.influence!), name).toBeLessThan(1e-5);
    }
  });
});

/** The same network with its characters written out as numbers: one-hot, or as their rows of the embedding. */
async function agreesWithNumbers(architecture: Architecture, rowOf: (id: number, inputs: Inputs) => number[]) {
  const computation = influenceComputation(architecture, window, 'output');
  const inputs = randomInputs(computation, architecture, 13);
  const engine = referenceEngine(Float64Array);
  const found = await (await engine.compile(computation)).run(inputs);
  const { embedding: width = architecture.inputs, ...rest } = architecture;
  const { ids, embedding, ...others } = inputs;
  const values = Float64Array.from(Array.from(ids!).flatMap((id) => rowOf(id, inputs)));
  const written = influenceComputation({ ...rest, reads: 'numbers', inputs: width }, window, 'output');
  const expected = await (await engine.compile(written)).run({ ...others, values });
  expect(relativeDifference(found.influence!, expected.influence!)).toBeLessThan(1e-12);
}

describe('of a character, the influence', () => {
  const { reads, ...characters } = softmax;

  it('is that of its one-hot numbers', async () => {
    await agreesWithNumbers(characters, (id) => [0, 1, 2].map((k) => Number(k === id)));
  });

  it('is that of its row of the embedding', async () => {
    await agreesWithNumbers({ ...characters, inputs: 6, embedding: 2 }, (id, { embedding }) => [
      embedding![2 * id]!,
      embedding![2 * id + 1]!,
    ]);
  });
});

it('is not said of a network that reads backwards too', () => {
  expect(() => influenceComputation({ ...numbers, bidirectional: [true, false] }, window, 'h')).toThrow(/backwards/);
});
