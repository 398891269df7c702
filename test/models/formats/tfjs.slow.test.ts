import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { InputError } from '../../../pipeline/base/errors.ts';
import { canonical } from '../../../pipeline/models/foreign.ts';
import { readTfjs as readAny } from '../../../pipeline/models/formats/tfjs/read.ts';
import { temporaryFolder } from '../../temporary.ts';
import { asStack, differenceFrom, type Expected } from '../compare.ts';
import { expectFolderReadOrRefused } from '../mutated-folders.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/tfjs/', import.meta.url));
const cases: Record<string, Expected> = JSON.parse(readFileSync(join(fixtures, 'cases.json'), 'utf8'));

interface Document {
  format: string;
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

/** A copy of a model whose model.json is changed. */
function changed(name: string, change: (document: Document, folder: string) => void): string {
  const folder = join(temporaryFolder(), 'model');
  cpSync(join(fixtures, name), folder, { recursive: true });
  const path = join(folder, 'model.json');
  const document: Document = JSON.parse(readFileSync(path, 'utf8'));
  change(document, folder);
  writeFileSync(path, JSON.stringify(document));
  return folder;
}

const readTfjs = async (path: string) => asStack(await readAny(path));

const layerOf = (document: Document, index: number) => document.modelTopology.config.layers[index]!.config;

async function refusal(path: string): Promise<InputError> {
  try {
    canonical(await readTfjs(path), 'numbers', path);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe.each(['stateful', 'forecaster', 'characters', 'both-ways', 'functional', 'uint8', 'uint16', 'float16'])(
  'the model %s',
  (name) => {
    const { input, output } = cases[name]!;

    it('gives what TensorFlow.js gives for a sequence', async () => {
      const network = canonical(await readTfjs(join(fixtures, name)), 'numbers', name);
      expect(await differenceFrom(network, { input, output })).toBeLessThan(1e-6);
    });

    it('is run by TensorFlow.js on sequences of any length', async () => {
      const foreign = await readTfjs(join(fixtures, name, 'model.json'));
      const network = canonical(foreign, 'numbers', name);
      for (const steps of [1, 4]) {
        const sequence = input.slice(0, steps) as number[];
        const output = [...(await foreign.run!(Float32Array.from(sequence.flat()), steps))];
        expect(await differenceFrom(network, { input: sequence, output })).toBeLessThan(1e-6);
      }
    });
  },
);

describe('readTfjs', () => {
  it('says how a file holds what it holds', async () => {
    const { format, gateOrder, biases, stateful, notes } = await readTfjs(join(fixtures, 'stateful'));
    expect({ format, gateOrder, biases, stateful, notes }).toEqual({
      format: 'TensorFlow.js layers model',
      gateOrder: 'i f c o',
      biases: 'one',
      stateful: true,
      notes: ['"lstm_LSTM1" returns only its last step in Keras; here every step has an output.'],
    });
    expect((await readTfjs(join(fixtures, 'uint8'))).notes).toEqual([
      'Weights were stored as uint8, and are restored as far as that goes.',
    ]);
  });

  it('takes a hard sigmoid of slope 0.2 where the file names no recurrent activation, and tanh where no activation', async () => {
    const folder = changed('stateful', (document) => {
      for (const key of ['activation', 'recurrent_activation', 'use_bias']) delete layerOf(document, 0)[key];
    });
    expect((await readTfjs(folder)).layers[0]).toMatchObject({
      cellActivation: 'tanh',
      recurrentActivation: { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 },
    });
  });

  it('reads what the converter from Keras 2 writes: the model one level deeper, and the cell in the names', async () => {
    const folder = changed('functional', (document) => {
      const { modelTopology } = document as { modelTopology: object };
      const model_config = { ...modelTopology, class_name: 'Functional' };
      Object.assign(document, { modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config } });
      for (const weight of document.weightsManifest[0]!.weights) {
        weight.name = weight.name.replace(/^(lstm_\w+)\//, '$1/lstm_cell_3/');
      }
    });
    const plain = canonical(await readTfjs(join(fixtures, 'functional')), 'numbers', '');
    expect(canonical(await readTfjs(folder), 'numbers', '')).toEqual(plain);
  });

  it('names arrays that no layer asks for, as an optimiser has them', async () => {
    const folder = changed('forecaster', ({ weightsManifest }, folder) => {
      writeFileSync(join(folder, 'more.bin'), Buffer.alloc(4));
      weightsManifest.push({ paths: ['more.bin'], weights: [{ name: 'iteration', shape: [], dtype: 'int32' }] });
    });
    expect((await readTfjs(folder)).notes).toContain('Left out, as no layer asks for them: iteration.');
  });

  it.each<[string, string, RegExp, ((document: Document) => void)?]>([
    ['a GRU', 'gru', /It has no LSTM layer/],
    ['a graph model', 'forecaster', /a graph model.*tf2onnx/s, (d) => (d.format = 'graph-model')],
    [
      'a model that came from Keras 3',
      'forecaster',
      /converted from Keras 3\.1\.0/,
      (d) => Object.assign(d.modelTopology, { keras_version: '3.1.0' }),
    ],
  ])('refuses %s by name', async (_, name, message, change = () => {}) => {
    expect((await refusal(changed(name, change))).message).toMatch(message);
  });

  it.each<[string, string, RegExp, ((document: Document) => void)?]>([
    ['a mask', 'masking', /is a Masking layer, which is not supported/],
    ['branches', 'branches', /is read by two layers, which is not supported/],
    ['an embedding that masks', 'characters', /masks padding/, (d) => (layerOf(d, 0).mask_zero = true)],
    [
      'a layer that reads backwards',
      'forecaster',
      /reads backwards \(go_backwards\)/,
      (d) => (layerOf(d, 0).go_backwards = true),
    ],
    [
      'gates of another kind',
      'forecaster',
      /has gates with tanh, not from 0 to 1/,
      (d) => (layerOf(d, 0).recurrent_activation = 'tanh'),
    ],
    ['added directions', 'both-ways', /merge_mode 'sum'/, (d) => (layerOf(d, 0).merge_mode = 'sum')],
  ])(
    'opens the layers of a model with %s, and says why it is no plain stack',
    async (_, name, why, change = () => {}) => {
      const found = await readAny(changed(name, change));
      expect('nodes' in found && found.why).toMatch(why);
    },
  );

  it.each<[string, RegExp, (document: Document, folder: string) => void]>([
    ['has no manifest', /no "weightsManifest"/, (d) => Reflect.deleteProperty(d, 'weightsManifest')],
    ['has no topology', /no "modelTopology"/, (d) => Reflect.deleteProperty(d, 'modelTopology')],
    ['asks for other units', /shape is \[3, 20\], but .* 24 columns/, (d) => (layerOf(d, 0).units = 6)],
    ['lacks an array', /asks for an array "kernel", and the file has none/, (d) => (layerOf(d, 0).name = 'other')],
    ['claims a huge array', /bytes, where the shapes/, (d) => (d.weightsManifest[0]!.weights[0]!.shape = [2 ** 50, 9])],
    ['leads elsewhere', /does not lie beside it/, (d) => (d.weightsManifest[0]!.paths[0] = '../../../etc/passwd')],
    ['names a device', /does not lie beside it/, (d) => (d.weightsManifest[0]!.paths[0] = '/dev/zero')],
    ['lists a shard twice', /twice/, (d) => (d.weightsManifest[0]!.paths[1] = d.weightsManifest[0]!.paths[0]!)],
    [
      'links out of its folder',
      /does not lie beside it/,
      (d, folder) => {
        symlinkSync('/etc/hostname', join(folder, 'link'));
        d.weightsManifest[0]!.paths[0] = 'link';
      },
    ],
  ])('refuses a file that %s', async (_, message, change) => {
    const folder = changed('forecaster', change);
    const { message: found, place } = await refusal(folder);
    expect(found).toMatch(message);
    expect(place.file).toContain('model');
  });

  it('refuses a file that is no JSON, and a path that leads nowhere', async () => {
    const path = join(temporaryFolder(), 'model.json');
    writeFileSync(path, '{"format":');
    expect((await refusal(path)).what).toMatch(/^It is not JSON/);
    expect((await refusal('/nowhere/model.json')).what).toBe('Cannot read it: there is no such file or folder.');
  });

  it('refuses what is nested without end, and a word without end', async () => {
    const path = join(temporaryFolder(), 'model.json');
    const write = (config: string) => writeFileSync(path, `{"weightsManifest":[],"modelTopology":${config}}`);
    write(`{"class_name":"Sequential","config":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect((await refusal(path)).what).toBe('It is nested 100002 levels deep.');
    write(`{"class_name":"${'x'.repeat(20_000_000)}","config":[]}`);
    expect((await refusal(path)).what).toMatch(/^The model is a x/);
  });

  it('refuses shards that are cut off anywhere, before it reads them', async () => {
    const folder = changed('forecaster', () => {});
    const shard = join(folder, readdirSync(folder).find((name) => name.endsWith('.bin'))!);
    const bytes = readFileSync(shard);
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(shard, bytes.subarray(0, length));
      expect((await refusal(folder)).what).toMatch(/ bytes, where the shapes in it ask for /);
    }
  });

  it('names the layer whose weights are not finite', async () => {
    const folder = changed('forecaster', (_, folder) => {
      const shard = join(
        folder,
        readdirSync(folder)
          .filter((name) => name.endsWith('.bin'))
          .sort()[0]!,
      );
      const bytes = readFileSync(shard);
      bytes.writeFloatLE(Number.NaN, 8);
      writeFileSync(shard, bytes);
    });
    expect((await refusal(folder)).message).toMatch(/"lstm_LSTM\d": The weights of the layer hold NaN/);
  });
});

test.each(['forecaster', 'characters', 'both-ways', 'functional', 'uint8', 'float16'])(
  'mutations of the model %s are read or refused',
  async (name) => {
    await expectFolderReadOrRefused(join(fixtures, name), 400, async (folder) => {
      await readAny(folder);
    });
  },
);
