import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError, isLayered, loadModel, memory, splitGates, trace } from '../../pipeline/api/index.ts';
import { largestGap, plainGru } from '../lstm/plain-gru.ts';

async function layered(path: string) {
  const model = await loadModel(path);
  if (!isLayered(model)) throw new Error(`${path} was opened whole`);
  return model;
}

const noted = (name: string) => JSON.parse(readFileSync(`test/fixtures/gru/${name}.json`, 'utf8'));

describe('a program that loads a model which is no plain stack', () => {
  it('gets the signals of LSTM and GRU layers by their names, as Keras has them', async () => {
    const model = await layered('test/fixtures/gru/keras-mixed.keras');
    const { input, h } = noted('keras-mixed');
    const { layers } = await trace(model, input, { engine: 'reference' });
    expect(layers.map(({ name, cell, units, steps }) => [name, cell, units, steps])).toEqual([
      ['lower', 'lstm', 2, 5],
      ['upper', 'gru', 3, 5],
    ]);
    for (const { name, signals } of layers) expect(largestGap(signals.h!, h[name].flat())).toBeLessThan(1e-6);
    expect(Object.keys(layers[0]!.signals)).toEqual(['i', 'f', 'g', 'o', 'c', 'h']);
    expect(Object.keys(layers[1]!.signals)).toEqual(['r', 'z', 'n', 'h']);
  });

  it('gets the weights by gate, which put together again give the same h', async () => {
    const model = await layered('test/fixtures/gru/torch-plain.pt');
    const [first] = splitGates(model);
    if (first?.cell !== 'gru') throw new Error('it is no GRU');
    expect(first).toMatchObject({ layer: 1, name: 'gru', direction: 'forward' });
    const { r, z, n } = first.gates;
    const beside = (part: 'kernel' | 'recurrentKernel' | 'bias' | 'recurrentBias') => {
      const { rows, columns } = r[part]!;
      const data = Array.from({ length: rows }, (_, row) =>
        [r, z, n].flatMap((gate) => [...gate[part]!.data.subarray(row * columns, (row + 1) * columns)]),
      );
      return { rows, columns: 3 * columns, data: Float32Array.from(data.flat()) };
    };
    const parameters = {
      kernel: beside('kernel'),
      recurrentKernel: beside('recurrentKernel'),
      bias: beside('bias'),
      recurrentBias: beside('recurrentBias'),
    };
    const { input, h } = noted('torch-plain');
    expect(largestGap(plainGru(parameters, input.flat(), [0, 0, 0]).h, h.gru.flat())).toBeLessThan(1e-6);
  });

  it('asks for one layer, names inputs, and is told what does not fit', async () => {
    const model = await layered('test/fixtures/gru/keras-states.keras');
    const { input, h } = noted('keras-states');
    const { layers } = await trace(model, { x: input }, { layer: 'encoder', engine: 'reference' });
    expect(layers.map(({ name }) => name)).toEqual(['encoder']);
    expect(largestGap(layers[0]!.signals.h!, h.encoder.flat())).toBeLessThan(1e-6);
    await expect(trace(model, { y: input })).rejects.toThrow('The model has no input "y".');
    await expect(trace(model, [[1, 2, 3]])).rejects.toThrow('Row 0 of the input is [1, 2, 3]');
    await expect(memory(model, input)).rejects.toThrow(InputError);
  });
});
