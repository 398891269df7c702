import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { File, FS, ready } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../../../pipeline/models/foreign.ts';
import { decodeHdf5, encodeHdf5 } from '../../../../pipeline/models/formats/keras/hdf5.ts';
import { readKerasHdf5 } from '../../../../pipeline/models/formats/keras/read.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { asStack } from '../../compare.ts';
import { hdf5File, LSTM } from './made.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/keras/${name}`, import.meta.url));

describe('an HDF5 file', () => {
  it('that claims to hold far more than its size allows is refused before the numbers are read', async () => {
    await ready;
    const file = new File('/bomb.h5', 'w');
    const data = new Float32Array(2 ** 24 + 2 ** 20);
    file.create_dataset({ name: 'zeros', data, chunks: [2 ** 18], compression: 'gzip', compression_opts: 1 });
    file.close();
    const bytes = FS!.readFile('/bomb.h5') as Uint8Array;
    FS!.unlink('/bomb.h5');
    expect(bytes.length).toBeLessThan(2 ** 20);
    await expect(decodeHdf5(bytes, 'bomb.h5')).rejects.toThrow('it claims to hold far more than its size allows');
  });

  it('of doubles is read as float32, and integers are no weights', async () => {
    await ready;
    const make = (data: Float64Array | Int32Array | number[], dtype: string) => {
      const file = new File('/made.h5', 'w');
      file.create_dataset({ name: 'x', data, dtype });
      file.close();
      return Uint8Array.from(FS!.readFile('/made.h5') as Uint8Array);
    };
    const doubles = await decodeHdf5(make(Float64Array.of(0.1, 2), '<f8'), 'x.h5');
    expect(doubles.arrays.get('x')).toEqual({ shape: [2], data: Float32Array.of(0.1, 2) });
    const integers = await decodeHdf5(make(Int32Array.of(1), '<i4'), 'x.h5');
    expect(integers.arrays.size).toBe(0);
  });
});

describe('the twelve arrays of Keras 1', () => {
  it('are told by their names, in whatever order they are listed', async () => {
    const name = fixture('keras1-forecast.h5');
    const { attributes, arrays } = await decodeHdf5(readFileSync(name), name);
    const groups = [...attributes].map(([group, named]) => {
      const kept = [...named].filter(([, value]) => value.length > 0);
      return [group, new Map(kept.map(([key, value]) => [key, turned(group, key, value)]))] as const;
    });
    const path = join(temporaryFolder(), 'turned.h5');
    writeFileSync(path, await encodeHdf5({ attributes: new Map(groups), arrays }));
    expect(await readKerasHdf5(path)).toEqual(await readKerasHdf5(name));
  });

  const turned = (group: string, key: string, value: string | readonly string[]) =>
    key === 'weight_names' && group.includes('lstm') ? [value].flat().reverse() : value;
});

describe('a list that was too long for one attribute', () => {
  it('is put together from its pieces', async () => {
    const name = await hdf5File({ lstm: LSTM });
    const { attributes, arrays } = await decodeHdf5(readFileSync(name), name);
    const pieces = new Map([
      ['weight_names0', ['kernel', 'recurrent_kernel']],
      ['weight_names1', ['bias']],
    ]);
    const path = join(temporaryFolder(), 'pieces.h5');
    writeFileSync(path, await encodeHdf5({ attributes: new Map([...attributes, ['lstm', pieces]]), arrays }));
    expect(asStack(await readKerasHdf5(path)).layers).toEqual(asStack(await readKerasHdf5(name)).layers);
  });
});

describe('a file of weights alone', () => {
  it('has the functions that Keras gives a layer, says so, and takes others where asked to', async () => {
    const path = await hdf5File({ lstm: LSTM, hidden: { w: [2, 4], b: [4] }, out: { w: [4, 1], b: [1] } });
    const plain = asStack(await readKerasHdf5(path));
    expect(plain.assumed!.join()).toContain('does not say which functions');
    expect(canonical(plain, 'numbers', path).architecture).toEqual({
      reads: 'numbers',
      inputs: 3,
      units: [2],
      hidden: [{ units: 4, activation: 'relu' }],
      outputs: 1,
      outputActivation: 'linear',
      cellActivation: 'tanh',
      recurrentActivation: { kind: 'sigmoid' },
    });
    const hard = { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 } as const;
    const asked = { cellActivation: 'relu', recurrentActivation: hard, hiddenActivation: 'tanh' } as const;
    const { architecture } = canonical(asStack(await readKerasHdf5(path, asked)), 'numbers', path);
    expect(architecture).toMatchObject({ cellActivation: 'relu', recurrentActivation: hard });
    expect(architecture.hidden).toEqual([{ units: 4, activation: 'tanh' }]);
  });

  it('without an LSTM layer is refused, with what there is instead', async () => {
    const gru = { kernel: [3, 6], recurrent_kernel: [2, 6], bias: [6] };
    await expect(readKerasHdf5(await hdf5File({ gru_1: gru }))).rejects.toThrow(
      'None of its layers has the arrays of an LSTM layer; it has "gru_1" ([3, 6] [2, 6] [6]).',
    );
  });
});

const published = fileURLToPath(new URL('../../../../../shared/data/textgenrnn_weights.hdf5', import.meta.url));

describe.skipIf(!existsSync(published))('the published weights of textgenrnn (needs ../shared)', () => {
  it('give the embedding and both LSTM layers, and name what is left out', async () => {
    const network = asStack(await readKerasHdf5(published, { assumeStack: true }));
    expect(network.format).toBe('Keras 2.1.5, HDF5, weights only');
    expect(network.biases).toBe('two, added');
    expect(network.withoutHead).toContain('"output" ([356, 465] [465])');
    expect(network.withoutHead).toContain('"attention" ([356, 1])');
    expect(canonical(network, 'characters', published).architecture).toMatchObject({
      inputs: 465,
      embedding: 100,
      units: [128, 128],
      outputs: 0,
    });
  });
});
