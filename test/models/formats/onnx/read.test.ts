import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../../../pipeline/models/foreign.ts';
import { readOnnx as readAny } from '../../../../pipeline/models/formats/onnx/read.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { asStack, differenceFrom, type Expected } from '../../compare.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/onnx/${name}`, import.meta.url));
const casesIn = (name: string) => JSON.parse(readFileSync(fixture(name), 'utf8')) as (Expected & { name: string })[];
const cases = [...casesIn('cases.json'), ...casesIn('keras.json')];

const readOnnx = async (path: string) => asStack(await readAny(path));

async function read(name: string, { input }: Expected) {
  const path = fixture(`${name}.onnx`);
  const network = await readOnnx(path);
  return { network, found: canonical(network, typeof input[0] === 'number' ? 'characters' : 'numbers', path) };
}

const refusal = (path: string) => expect(readOnnx(path)).rejects;

describe('readOnnx', () => {
  it.each(cases)('gives what onnxruntime gave, and the gates: $name', async ({ name, ...expected }) => {
    const { found } = await read(name, expected);
    expect(await differenceFrom(found, expected)).toBeLessThan(1e-5);
  });

  it.each(cases)('runs the file itself, to the same: $name', async ({ name, ...expected }) => {
    const { network } = await read(name, expected);
    const { input, output } = expected;
    const given = Float32Array.from((input as (number | number[])[]).flat());
    const values = (output as (number | number[])[]).flat();
    const outputs = await network.run!(given, input.length);
    expect(outputs).toHaveLength(values.length);
    for (const [k, value] of values.entries()) expect(Math.abs(outputs[k]! - value)).toBeLessThan(1e-5);
  });

  it('says where a file reads sequences of one length alone, and runs it with no other', async () => {
    const { run, runSteps } = await readOnnx(fixture('torch-fixed.onnx'));
    expect(runSteps).toBe(6);
    await expect(run!(new Float32Array(2 * 5), 5)).rejects.toThrow('It reads sequences of 6 steps alone, not of 5.');
    expect((await readOnnx(fixture('torch-rows.onnx'))).runSteps).toBeUndefined();
  });

  it('reads one sequence with what was made for several at once', async () => {
    const { run } = await readOnnx(fixture('batch.onnx'));
    expect(await run!(Float32Array.from({ length: 2 * 6 }, Math.sin), 6)).toHaveLength(6 * 3);
  });

  it.each<[string, string[]]>([
    ['torch-rows', ['lstm']],
    ['torch-both-ways', ['lstm both', 'lstm both', 'dense softmax']],
    ['torch-characters', ['embedding', 'lstm', 'dense softmax']],
    ['torch-state', ['lstm', 'lstm', 'dense linear']],
    ['dynamo-both-ways', ['lstm both', 'lstm both', 'dense sigmoid']],
    ['apart', ['lstm both']],
    ['keras-both-ways', ['lstm both', 'dense relu', 'dense sigmoid']],
    ['keras-old-opset', ['lstm', 'dense softmax']],
  ])('finds the layers and their functions: %s', async (name, expected) => {
    const { layers } = await readOnnx(fixture(`${name}.onnx`));
    const found = layers.map((layer) => {
      if (layer.kind === 'dense') return `dense ${layer.activation}`;
      return layer.kind === 'lstm' && layer.backward !== undefined ? 'lstm both' : layer.kind;
    });
    expect(found).toEqual(expected);
  });

  it.each([
    ['hard-sigmoid', { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 }, 'tanh'],
    ['hard-default', { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 }, 'tanh'],
    ['hard-keras-3', { kind: 'hard-sigmoid', slope: 1 / 6, offset: 0.5 }, 'relu'],
    ['linear', { kind: 'sigmoid' }, 'linear'],
    ['softsign', { kind: 'sigmoid' }, 'softsign'],
    ['keras-hard', { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 }, 'tanh'],
  ])('reads the functions of the cell as they were meant: %s', async (name, recurrentActivation, cellActivation) => {
    expect((await readOnnx(fixture(`${name}.onnx`))).layers[0]).toMatchObject({ recurrentActivation, cellActivation });
  });

  it('says how gates and biases lie, and what was taken for granted', async () => {
    const { gateOrder, biases, stateful, notes } = await readOnnx(fixture('torch-stateful.onnx'));
    expect({ gateOrder, biases, stateful }).toEqual({ gateOrder: 'i o f c', biases: 'two, added', stateful: true });
    expect(notes).toHaveLength(2);
    expect(notes[0]).toBe('The state is an input of the file ("h", "c"), which starts from zero here.');
    expect(notes[1]).toMatch(/^States at the end that the file gives too were left out: "\d+", "\d+"\.$/);
    expect((await readOnnx(fixture('keras-last.onnx'))).notes).toEqual([
      "The file gives the last step's output alone; here there is one at each step.",
    ]);
    expect((await readOnnx(fixture('torch-characters.onnx'))).notes).toEqual([
      'The file gives the logarithms of its probabilities.',
    ]);
  });

  it.each([
    ['peepholes', 'The LSTM "layer" has peepholes (its input P), which are not supported.'],
    ['clip', 'The LSTM "layer" clips what its gates add up (clip), which is not supported.'],
    ['coupled', 'couples its input and forget gates'],
    [
      'uneven',
      'has other activations at the candidate than at the output, which is not supported: Sigmoid, Tanh, Relu',
    ],
  ])('refuses what it cannot compute by name: %s', async (name, message) => {
    await refusal(fixture(`refused-${name}.onnx`)).toThrow(message);
  });

  it.each([
    ['lengths', 'lengths of sequences (sequence_lens)'],
    ['reverse', 'The LSTM "layer" reads backwards alone'],
    ['gru', 'Its layers are GRU layers.'],
    ['start', 'starts from a state that is neither zero nor an input'],
  ])('opens the layers of what is no plain stack, and says why it is none: %s', async (name, why) => {
    const found = await readAny(fixture(`refused-${name}.onnx`));
    expect('nodes' in found && found.why).toContain(why);
  });

  it('leaves a head out that is no dense layer, names its operator and runs the layers below', async () => {
    const { layers, withoutHead, run } = await readOnnx(fixture('refused-operator.onnx'));
    expect(layers.map(({ kind }) => kind)).toEqual(['lstm']);
    expect(withoutHead).toBe(
      'What follows "layer" is left out. The output "y" comes from the operator Softplus ("after"), which is not supported.',
    );
    expect(await run!(new Float32Array(2 * 5), 5)).toHaveLength(5 * 3);
  });

  describe('with its numbers in a file beside it', () => {
    const name = 'dynamo-characters';

    function copied(): { folder: string; path: string } {
      const folder = temporaryFolder();
      const path = join(folder, `${name}.onnx`);
      copyFileSync(fixture(`${name}.onnx`), path);
      return { folder, path };
    }

    it('refuses a file that is not there, and one that is too short', async () => {
      const { folder, path } = copied();
      await refusal(path).toThrow('there is no such file');
      const data = readFileSync(fixture(`${name}.data`));
      writeFileSync(join(folder, `${name}.data`), data.subarray(0, -8));
      await refusal(path).toThrow(/are not in "dynamo-characters.data", which has \d+\./);
    });

    it.each(['../../../../etc/passwd', '..', 'dynamo\0characters.data'])(
      'refuses a path that leads elsewhere: %j',
      async (location) => {
        const { path } = copied();
        const old = `${name}.data`;
        const bytes = readFileSync(path).toString('latin1').replaceAll(old, location.padEnd(old.length, '/'));
        writeFileSync(path, Buffer.from(bytes, 'latin1'));
        await refusal(path).toThrow('which does not lie beside it');
      },
    );
  });

  it('refuses a file of another kind, one that is cut off and one that is not there', async () => {
    const path = join(temporaryFolder(), 'model.onnx');
    await refusal(path).toThrow('there is no such file');
    writeFileSync(path, 'no model at all');
    await refusal(path).toThrow('It is not an ONNX model');
    writeFileSync(path, '');
    await refusal(path).toThrow('It holds no graph');
    writeFileSync(path, readFileSync(fixture('torch-rows.onnx')).subarray(0, 700));
    await refusal(path).toThrow('It is not an ONNX model');
  });
});
