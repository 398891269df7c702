import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonical, type ForeignNetwork, type ReadOptions } from '../../../../pipeline/models/foreign.ts';
import { encodeHdf5 } from '../../../../pipeline/models/formats/keras/hdf5.ts';
import { readKerasHdf5 as readAny } from '../../../../pipeline/models/formats/keras/read.ts';
import type { WeightsOptions } from '../../../../pipeline/models/formats/keras/weights-only.ts';
import { importModel } from '../../../../pipeline/models/open.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { asStack, differenceFrom, type Rows } from '../../compare.ts';
import { hdf5File, LSTM, ramp } from './made.ts';

const readKerasHdf5 = async (path: string, options?: WeightsOptions) => asStack(await readAny(path, options));

interface Case {
  readonly file: string;
  readonly names: readonly string[];
  readonly signals: readonly Readonly<Record<string, Rows>>[];
  readonly between?: string;
  readonly options?: ReadOptions;
}

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/keras/weights-only/${name}`, import.meta.url));
const { series, cases } = JSON.parse(readFileSync(fixture('cases.json'), 'utf8')) as { series: Rows; cases: Case[] };
const caseOf = (file: string) => cases.find((one) => one.file === file)!;

/** The largest difference of the gates of the layers that are opened. */
async function difference(network: ForeignNetwork, signals: Case['signals']): Promise<number> {
  const { architecture, parameters } = canonical(network, 'numbers', 'x.h5');
  const { hidden, outputActivation, ...rest } = architecture;
  const opened = signals.slice(0, architecture.units.length);
  const gates = { architecture: { ...rest, outputs: 0 }, parameters: { ...parameters, dense: [] } };
  return differenceFrom(gates, { input: series, output: opened.at(-1)!.h!, signals: opened });
}

const lstmNames = ({ layers }: ForeignNetwork) => layers.filter(({ kind }) => kind === 'lstm').map(({ name }) => name);

describe('weights that Keras saved alone', () => {
  it.each(cases)(
    '$file: the first layer is opened, the others are named',
    async ({ file, names, signals, options = {} }) => {
      const network = await readKerasHdf5(fixture(file), options);
      expect(lstmNames(network)).toEqual(names.slice(0, 1));
      expect(await difference(network, signals)).toBeLessThan(1e-5);
      expect(network.assumed!.join()).toContain(`it was assumed that "${names[0]}" reads the input itself`);
      const all = network.lstms ?? network.layers.filter(({ kind }) => kind === 'lstm');
      expect(all.map(({ name }) => name)).toEqual(names);
      if (names.length === 1) expect(network.unwired).toBeUndefined();
      else {
        expect(network.unwired?.why).toBe(`Nothing in the file says what "${names[1]}" reads, so it is not opened.`);
        expect(network.unwired?.fix).toMatch(new RegExp(`--order ${names.join(',')}.*--assume-stack.*--architecture`));
      }
    },
  );

  it.each(cases.filter(({ names }) => names.length > 1))(
    '$file: a stack is one that is asked for, and said',
    async ({ file, names, signals, between, options = {} }) => {
      for (const wiring of [{ assumeStack: true }, { order: names }]) {
        const network = await readKerasHdf5(fixture(file), { ...options, ...wiring });
        expect(lstmNames(network)).toEqual(names);
        const flag = 'order' in wiring ? '--order' : '--assume-stack';
        expect(network.assumed!.join()).toContain(
          `were taken as a plain stack, each reading at every step what the one before it gives there, as ${flag} asks`,
        );
        const found = await difference(network, signals);
        if (between === undefined) expect(found).toBeLessThan(1e-5);
        else {
          // What lies between changes what layer 2 reads: the numbers are others, and what was left out is named.
          expect(found).toBeGreaterThan(1e-3);
          expect(network.assumed!.join()).toContain(`Left out, though it may lie between them: "${between}"`);
          expect(network.withoutHead).toContain(`"${between}"`);
        }
      }
    },
  );

  it.each(['plain', 'both-ways-below', 'keras1'])(
    '%s: with its architecture they are read as the whole model is',
    async (name) => {
      const { signals, names } = caseOf(`${name}.weights.h5`);
      const network = await readKerasHdf5(fixture(`${name}.weights.h5`), { architecture: fixture(`${name}.json`) });
      expect(lstmNames(network)).toHaveLength(names.length);
      expect(await difference(network, signals)).toBeLessThan(1e-5);
      expect(network.assumed ?? []).toEqual([]);
      expect(network.withoutHead).toBeUndefined();
      expect(network.format).toMatch(/^Keras [13]\S*, HDF5, weights and architecture$/);
    },
  );

  it('twelve arrays a layer have a hard sigmoid, unless told otherwise, and it is said', async () => {
    const path = fixture('keras1.weights.h5');
    const [layer] = (await readKerasHdf5(path)).layers;
    expect(layer).toMatchObject({ recurrentActivation: { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 } });
    expect((await readKerasHdf5(path)).assumed![0]).toContain('a hard sigmoid, 0.2·x + 0.5, at the gates');
    const told = await readKerasHdf5(path, { recurrentActivation: { kind: 'sigmoid' } });
    expect(told.layers[0]).toMatchObject({ recurrentActivation: { kind: 'sigmoid' } });
    expect(told.assumed![0]).not.toContain('at the gates');
  });

  it('a layer that is asked for by the name of one that is not opened is refused, with what opens it', async () => {
    const { origin } = await importModel(fixture('subclassed.weights.h5'), { layer: 'decoder' });
    expect(origin.unwired?.why).toContain('"decoder"');
  });

  it.each<[string, ReadOptions, string]>([
    [
      'an architecture that is none',
      { architecture: fixture('cases.json') },
      '"to_json().class_name" is not as it should be',
    ],
    [
      'an architecture beside a function',
      { architecture: fixture('plain.json'), cellActivation: 'relu' },
      'The architecture already says what --cell-activation sets.',
    ],
    ['an order of other names', { order: ['lstm', 'gru'] }, 'There is no LSTM "gru", which --order names.'],
  ])('%s is refused', async (_, options, message) => {
    await expect(readKerasHdf5(fixture('plain.weights.h5'), options)).rejects.toThrow(message);
  });

  it('an order in which layers do not fit each other is refused', async () => {
    await expect(
      readKerasHdf5(fixture('both-ways-below.weights.h5'), { order: ['lstm', 'bidirectional'] }),
    ).rejects.toThrow('"bidirectional" reads 2 numbers a step, but "lstm" gives 3');
  });

  it('an architecture whose layers have other names is matched layer by layer, as Keras does', async () => {
    const path = await hdf5File({ lstm_7: LSTM, dense_9: { kernel: [2, 1], bias: [1] } });
    const architecture = join(temporaryFolder(), 'model.json');
    const layer = (name: string, class_name: string, options = {}) => ({
      class_name,
      config: { name, activation: 'tanh', ...options },
    });
    const layers = [
      layer('lstm_1', 'LSTM', { recurrent_activation: 'sigmoid', return_sequences: true }),
      layer('dense_1', 'Dense'),
    ];
    writeFileSync(
      architecture,
      JSON.stringify({ class_name: 'Sequential', config: { layers }, keras_version: '2.15.0' }),
    );
    const network = await readKerasHdf5(path, { architecture });
    expect(network.layers.map(({ name }) => name)).toEqual(['lstm_1', 'dense_1']);
    layers.pop();
    writeFileSync(
      architecture,
      JSON.stringify({ class_name: 'Sequential', config: { layers }, keras_version: '2.15.0' }),
    );
    await expect(readKerasHdf5(path, { architecture })).rejects.toThrow(
      'The architecture has 1 layers with weights, the file 2',
    );
  });

  it('a layer that was saved before it was built is called that', async () => {
    const path = join(temporaryFolder(), 'unbuilt.weights.h5');
    const named = (name: string) => new Map([['name', name]]);
    const attributes = new Map([
      ['layers/lstm/vars', named('lstm')],
      ['layers/dense/vars', named('dense')],
    ]);
    const arrays = new Map([
      ['layers/dense/vars/0', ramp([2, 1])],
      ['layers/dense/vars/1', ramp([1])],
    ]);
    writeFileSync(path, await encodeHdf5({ attributes, arrays }));
    await expect(readKerasHdf5(path)).rejects.toThrow(
      'The layer "lstm" has no arrays: it was saved before it was built',
    );
  });

  it('layers that a list has in front of the first LSTM are said to be', async () => {
    const path = await hdf5File({ conv1d: { kernel: [3, 1, 3], bias: [3] }, lstm: LSTM });
    const { assumed, withoutHead } = await readKerasHdf5(path);
    expect(assumed!.join()).toContain('But "conv1d" may come before it, and is left out.');
    expect(withoutHead).toContain('"conv1d" ([3, 1, 3] [3])');
  });
});
