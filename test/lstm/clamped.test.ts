import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../pipeline/engines/engine.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { referenceEngine } from '../../pipeline/engines/reference.ts';
import { clampedComputation } from '../../pipeline/lstm/clamped.ts';
import { clampedName, keepName, outputName, stateName } from '../../pipeline/lstm/names.ts';
import { readingComputation } from '../../pipeline/lstm/network.ts';
import type { Architecture } from '../../pipeline/lstm/parameters.ts';
import {
  KERAS_2_HARD_SIGMOID,
  randomInputs,
  relativeDifference,
  SIGMOID,
  smallArchitecture,
} from '../engines/example.ts';

/** Which unit each stream holds, and at what; the first stream holds none. */
const HOLDS = [null, { unit: 2, value: 0 }, { unit: 2, value: -0.3 }, { unit: 4, value: 0.7 }] as const;
const window = { steps: 6, streams: HOLDS.length };

const plain = smallArchitecture(SIGMOID);
const networks: [string, Architecture][] = [
  ['characters', plain],
  ['one layer', smallArchitecture(SIGMOID, [5])],
  ['three layers and hard sigmoids', smallArchitecture(KERAS_2_HARD_SIGMOID, [5, 3, 4])],
  [
    'embedded characters and a dense stack',
    { ...plain, embedding: 3, hidden: [{ units: 3, activation: 'tanh' as const }] },
  ],
  ['numbers', { ...plain, reads: 'numbers' as const, inputs: 2, outputs: 2, outputActivation: 'linear' as const }],
];

function exampleInputs(architecture: Architecture): Record<string, Inputs[string]> {
  const units = architecture.units[0]!;
  const keep = new Float64Array(window.streams * units).fill(1);
  const value = new Float64Array(window.streams * units);
  HOLDS.forEach((hold, stream) => {
    if (hold === null) return;
    keep[stream * units + hold.unit] = 0;
    value[stream * units + hold.unit] = hold.value;
  });
  const inputs = randomInputs(clampedComputation(architecture, window), architecture, 5);
  return { ...inputs, [keepName(0)]: keep, [clampedName(0)]: value };
}

/** Adds `value` times a row of a kernel to the bias, and leaves nothing of the row. */
function takeAway(kernel: Float64Array, bias: Float64Array, row: number, value: number): void {
  const columns = bias.length;
  for (let column = 0; column < columns; column++) {
    bias[column]! += value * kernel[row * columns + column]!;
    kernel[row * columns + column] = 0;
  }
}

/**
 * What one stream says by the plain reading of another network, from which the cell's weights are taken away, and added
 * to the biases as often as its h would be worth: which is the same as a cell that says that h for ever.
 */
async function withoutTheCell(architecture: Architecture, inputs: Inputs, stream: number): Promise<Float64Array> {
  const changed = Object.fromEntries(
    Object.entries(inputs).map(([name, values]) => [name, name === 'ids' ? values : Float64Array.from(values)]),
  ) as Record<string, Float64Array>;
  const hold = HOLDS[stream]!;
  if (hold !== null) {
    const above = architecture.units.length > 1 ? 'layer2' : architecture.hidden === undefined ? 'dense' : 'hidden1';
    takeAway(changed['layer1.recurrent_kernel']!, changed['layer1.bias']!, hold.unit, hold.value);
    takeAway(changed[`${above}.kernel`]!, changed[`${above}.bias`]!, hold.unit, hold.value);
  }
  architecture.units.forEach((units, layer) => {
    for (const part of ['h', 'c'] as const) {
      const name = stateName(layer, part);
      changed[name] = changed[name]!.slice(stream * units, (stream + 1) * units);
    }
  });
  const computation = readingComputation(architecture, { ...window, streams: 1 }, false);
  const named = Object.fromEntries(Object.keys(computation.inputs).map((name) => [name, changed[name]!]));
  const outputs = await (await referenceEngine(Float64Array).compile(computation)).run(named);
  return outputs[outputName(architecture)]!;
}

/** The rows of one stream. */
function ofStream(prediction: ArrayLike<number>, stream: number): number[] {
  const width = prediction.length / (window.steps * window.streams);
  return Array.from(prediction).filter((_, k) => Math.floor(k / width) % window.streams === stream);
}

describe.each(networks)('a held cell of a network with %s', (_, architecture) => {
  const computation = clampedComputation(architecture, window);
  const inputs = exampleInputs(architecture);

  it('is one whose weights are taken away and added to the biases, times what it is held at', async () => {
    const { [outputName(architecture)]: prediction } = await (
      await referenceEngine(Float64Array).compile(computation)
    ).run(inputs);
    for (const stream of HOLDS.keys()) {
      const expected = await withoutTheCell(architecture, inputs, stream);
      expect(relativeDifference(ofStream(prediction!, stream), expected), `stream ${stream}`).toBeLessThan(1e-12);
    }
  });

  it.each(['onnx', 'tfjs'] as const)('says the same on %s', async (name) => {
    const expected = await (await referenceEngine(Float64Array).compile(computation)).run(inputs);
    const program = await (await chooseEngine({ engine: name, threads: 1 })).compile(computation);
    const found = await program.run(inputs);
    await program.dispose();
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [output, values] of Object.entries(expected)) {
      expect(relativeDifference(found[output]!, values), output).toBeLessThan(1e-5);
    }
  });
});

it('a held cell is told to the others at the very first step already', async () => {
  const computation = clampedComputation(plain, { steps: 1, streams: HOLDS.length });
  const { ids, ...inputs } = exampleInputs(plain);
  const engine = referenceEngine(Float64Array);
  const run = async (h: Inputs[string]) =>
    (await (await engine.compile(computation)).run({ ...inputs, ids: ids!.slice(0, 1), 'layer1.h0': h }))
      .logProbabilities!;
  const otherStart = inputs['layer1.h0']!.slice();
  otherStart[1 * 5 + 2] = 0.9; // of the second stream, the cell that it holds
  expect(await run(otherStart)).toEqual(await run(inputs['layer1.h0']!));
  otherStart[0 * 5 + 2] = 0.9; // of the first, which holds none
  expect(await run(otherStart)).not.toEqual(await run(inputs['layer1.h0']!));
});

it('is not computed for a network that reads backwards too, or says nothing', () => {
  expect(() => clampedComputation({ ...plain, bidirectional: [true, false] }, window)).toThrow(/backwards/);
  expect(() => clampedComputation({ ...plain, outputs: 0 }, window)).toThrow(/output/);
});
