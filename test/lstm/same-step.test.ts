import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../pipeline/engines/engine.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { outputName, signalName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import type { Architecture, HiddenLayer } from '../../pipeline/lstm/parameters.ts';
import { meanGradientName, ownGradientName, sameStepComputation } from '../../pipeline/lstm/same-step.ts';
import { KERAS_2_HARD_SIGMOID, randomInputs, relativeDifference, SIGMOID } from '../engines/example.ts';
import { saidAbove } from './above.ts';

const [STREAMS, SUMS] = [3, 2];
const plain: Architecture = {
  inputs: 6,
  units: [5, 4, 3],
  outputs: 4,
  cellActivation: 'tanh',
  recurrentActivation: SIGMOID,
};
const hidden: HiddenLayer[] = [
  { units: 6, activation: 'tanh' },
  { units: 5, activation: 'sigmoid' },
];

const networks: [string, Architecture][] = [
  ['three layers and a softmax', plain],
  [
    'two layers that read numbers and say numbers',
    { ...plain, units: [4, 3], reads: 'numbers', outputActivation: 'linear' },
  ],
  ['a dense stack', { ...plain, hidden }],
  ['an embedding', { ...plain, units: [5, 4], embedding: 3 }],
  ['hard sigmoids', { ...plain, recurrentActivation: KERAS_2_HARD_SIGMOID }],
  ['one layer', { ...plain, units: [4] }],
];

const engine = referenceEngine(Float64Array);
const oneStep = { steps: 1, streams: STREAMS };

/** The central difference of each stream's sum of what is said, by each number that layer `layer` passes on, [B, units]. */
async function byDifferences(
  architecture: Architecture,
  layer: number,
  inputs: Inputs,
  weightsOf: (stream: number) => ArrayLike<number>,
): Promise<Float64Array> {
  const reading = await (await engine.compile(readingComputation(architecture, oneStep, true))).run(inputs);
  const h = reading[signalName(layer, 'h')]!;
  const width = h.length / STREAMS;
  const sums = async (moved: Float64Array) => {
    const prediction = await saidAbove(architecture, layer + 1, inputs, moved);
    return Array.from({ length: STREAMS }, (_, b) =>
      Array.from(weightsOf(b)).reduce((sum, w, k) => sum + w * prediction[b * architecture.outputs + k]!, 0),
    );
  };
  const found = new Float64Array(h.length);
  const step = 1e-5;
  for (let k = 0; k < h.length; k++) {
    const at = (offset: number) => sums(h.map((value, index) => (index === k ? value + offset : value)));
    const [high, low] = [await at(step), await at(-step)];
    const stream = Math.floor(k / width);
    found[k] = (high[stream]! - low[stream]!) / (2 * step);
  }
  return found;
}

describe.each(networks)('with %s', (_, architecture) => {
  const computation = sameStepComputation(architecture, STREAMS, SUMS);
  const inputs = randomInputs(computation, architecture, 5);
  const row = (matrix: string, index: number) => {
    const { outputs } = architecture;
    return Float64Array.from(inputs[matrix]!).subarray(index * outputs, (index + 1) * outputs);
  };

  it('the gradients by the h of every layer below the last equal finite differences in float64', async () => {
    const found = await (await engine.compile(computation)).run(inputs);
    for (let layer = 0; layer < architecture.units.length - 1; layer++) {
      const own = await byDifferences(architecture, layer, inputs, (stream) => row('own', stream));
      expect(relativeDifference(found[ownGradientName(layer)]!, own)).toBeLessThan(1e-7);
      const units = architecture.units[layer]!;
      const mean = new Float64Array(SUMS * units);
      for (let sum = 0; sum < SUMS; sum++) {
        const each = await byDifferences(architecture, layer, inputs, () => row('common', sum));
        each.forEach((value, k) => {
          mean[sum * units + (k % units)]! += inputs.shares![Math.floor(k / units)]! * value;
        });
      }
      expect(relativeDifference(found[meanGradientName(layer)]!, mean)).toBeLessThan(1e-7);
    }
  });

  it('engines agree', async () => {
    const expected = await (await engine.compile(computation)).run(inputs);
    for (const name of ['onnx', 'tfjs'] as const) {
      const program = await (await chooseEngine({ engine: name, threads: 1 })).compile(computation);
      const found = await program.run(inputs);
      await program.dispose();
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      for (const [output, values] of Object.entries(expected)) {
        expect(relativeDifference(found[output]!, values), `${name} ${output}`).toBeLessThan(1e-5);
      }
    }
  });

  it('what is said is what a plain reading says', async () => {
    const found = await (await engine.compile(computation)).run(inputs);
    const expected = await (await engine.compile(readingComputation(architecture, oneStep, false))).run(inputs);
    const name = outputName(architecture);
    expect(relativeDifference(found[name]!, expected[name]!)).toBeLessThan(1e-12);
  });
});

it('of a last layer below a softmax, the gradient of a sum with weights that add up to 0 is the dense kernel’s', async () => {
  const computation = sameStepComputation(plain, STREAMS, SUMS);
  const random = randomInputs(computation, plain, 6);
  const own = Float64Array.from({ length: STREAMS * plain.outputs }, (_, k) => (k % 4 === 1 ? 0.75 : -0.25));
  const found = await (await engine.compile(computation)).run({ ...random, own });
  const kernel = random['dense.kernel']!;
  const expected = Float64Array.from({ length: STREAMS * 3 }, (_, k) => {
    const weights = Array.from(kernel.subarray((k % 3) * 4, (k % 3) * 4 + 4));
    return weights[1]! - weights.reduce((sum, weight) => sum + weight, 0) / 4;
  });
  expect(relativeDifference(found[ownGradientName(2)]!, expected)).toBeLessThan(1e-12);
});

it('is not asked of a network that reads backwards too, or says nothing', () => {
  expect(() => sameStepComputation({ ...plain, bidirectional: [true, false, false] }, 1, 1)).toThrow(/backwards/);
  expect(() => sameStepComputation({ ...plain, outputs: 0 }, 1, 1)).toThrow(/output layer/);
});
