import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonical, type ReadOptions } from '../../../../pipeline/models/foreign.ts';
import { readKerasArchive, readKerasHdf5 } from '../../../../pipeline/models/formats/keras/read.ts';
import { asStack, differenceFrom, type Expected } from '../../compare.ts';

interface Case extends Expected {
  file: string;
  reads: 'characters' | 'numbers';
  stateful: boolean;
}

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/keras/${name}`, import.meta.url));
const casesOf = (framework: string) =>
  JSON.parse(readFileSync(fixture(`${framework}.json`), 'utf8')) as { keras: string; cases: Case[] };

/** What a file of weights alone cannot say. */
const STACK = { assumeStack: true } as const;
const SIGMOID = { ...STACK, recurrentActivation: { kind: 'sigmoid' } } as const;
const UNSAID: Readonly<Record<string, ReadOptions>> = {
  'keras1-characters.weights.h5': SIGMOID,
  'keras2-characters.weights.h5': SIGMOID,
  'keras2-cudnn.weights.h5': { ...STACK, outputActivation: 'softmax' },
  'tfkeras-characters.weights.h5': STACK,
  'keras3-characters.weights.h5': STACK,
};

const read = async (file: string) =>
  asStack(
    await (file.endsWith('.keras') ? readKerasArchive(fixture(file)) : readKerasHdf5(fixture(file), UNSAID[file])),
  );

describe.each(['keras1', 'keras2', 'tfkeras', 'keras3'])('of what %s has saved', (framework) => {
  const { keras, cases } = casesOf(framework);

  it.each(cases)('$file gives the outputs, gates and states that it gave there', async (expected) => {
    const network = await read(expected.file);
    expect(network.format).toMatch(/^Keras/);
    if (!expected.file.endsWith('weights.h5')) expect(network.format).toContain(` ${keras}, `);
    expect(network.stateful).toBe(expected.stateful);
    const found = canonical(network, expected.reads, expected.file);
    expect(await differenceFrom(found, expected)).toBeLessThan(1e-6);
  });
});

it.each([
  ['keras1-bidirectional.h5', 'i c f o, an array each', 'one', 0],
  ['keras1-side-by-side.h5', 'i f c o', 'one', 0],
  ['keras2-cudnn.h5', 'i f c o, transposed (cuDNN)', 'two, added', 0],
  ['keras3-relu.keras', 'i f c o', 'none, taken as zeros', 1],
  ['keras3-forecast.keras', 'i f c o', 'one', 1],
])(
  '%s says how its gates and biases lay there, and notes what is otherwise here',
  async (file, order, biases, notes) => {
    const network = await read(file);
    expect(network).toMatchObject({ gateOrder: order, biases });
    expect(network.notes).toHaveLength(notes);
  },
);

it('a hard sigmoid is that of the Keras that saved the file', async () => {
  const slopes = ['keras1', 'keras2', 'tfkeras', 'keras3'].map(async (framework) => {
    const [layer] = (await read(`${framework}-hard-sigmoid.h5`)).layers;
    return layer?.kind === 'lstm' && layer.recurrentActivation;
  });
  const hard = (slope: number) => ({ kind: 'hard-sigmoid', slope, offset: 0.5 });
  expect(await Promise.all(slopes)).toEqual([hard(0.2), hard(0.2), hard(0.2), hard(1 / 6)]);
});
