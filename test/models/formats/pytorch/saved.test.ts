import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonical, type ReadOptions } from '../../../../pipeline/models/foreign.ts';
import { readPytorch } from '../../../../pipeline/models/formats/pytorch/read.ts';
import { recogniseFormat } from '../../../../pipeline/models/formats.ts';
import { importModel } from '../../../../pipeline/models/open.ts';
import { output } from '../../../cli/in-process.ts';
import { differenceFrom, type Rows } from '../../compare.ts';

interface Case {
  readonly file: string;
  readonly signals?: readonly Readonly<Record<string, Rows>>[];
  readonly options?: ReadOptions;
  readonly note?: string;
  readonly withoutHead?: string;
  readonly refused?: string;
}

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/pytorch/saved/${name}`, import.meta.url));
const { series, cases } = JSON.parse(readFileSync(fixture('cases.json'), 'utf8')) as { series: Rows; cases: Case[] };
const readable = cases.filter(({ refused }) => refused === undefined);

describe('what torch.save and torch.jit.save wrote', () => {
  it.each(readable)('has the gates that NumPy computes in float64: $file $options', async (expected) => {
    const { file, signals = [], options = {}, note, withoutHead } = expected;
    const path = fixture(file);
    expect(recogniseFormat(path)).toBe('pickle');
    const network = await readPytorch(path, options);
    const { architecture, parameters } = canonical(network, 'numbers', path);
    expect(architecture.units).toHaveLength(signals.length);
    // The gates alone are compared: the output there is h of the last layer.
    const h = signals.at(-1)!.h!;
    const gatesOnly = {
      architecture: withoutDense(architecture),
      parameters: { ...parameters, dense: [] },
    };
    expect(await differenceFrom(gatesOnly, { input: series, output: h, signals })).toBeLessThan(1e-5);
    expect(network.assumed!.join()).toContain('does not say how its modules are connected');
    if (note !== undefined) expect(network.notes.join()).toContain(note);
    if (withoutHead !== undefined) expect(network.withoutHead).toContain(withoutHead);
  });

  const withoutDense = ({ hidden, outputActivation, ...rest }: ReturnType<typeof canonical>['architecture']) => ({
    ...rest,
    outputs: 0,
  });

  it.each(cases.filter(({ refused }) => refused !== undefined))(
    'is refused in true words: $file',
    async ({ file, refused }) => {
      await expect(readPytorch(fixture(file))).rejects.toThrow(refused);
      await expect(readPytorch(fixture(file))).rejects.toHaveProperty('name', 'InputError');
    },
  );

  it('has the head that follows a projection, folded into it', async () => {
    const network = await readPytorch(fixture('projected.pth'));
    const dense = network.layers.find(({ kind }) => kind === 'dense');
    expect(dense).toMatchObject({ kernel: { rows: 4, columns: 1 } });
    const { tensors } = JSON.parse(await output('weights', fixture('projected.pth'), '--json'));
    const shapes = new Map(tensors.map(({ name, shape }: { name: string; shape: number[] }) => [name, shape]));
    expect(shapes.get('layer1.recurrent_kernel')).toEqual([2, 16]);
    expect(shapes.get('layer1.projection')).toEqual([4, 2]);
    expect(shapes.get('layer2.kernel')).toEqual([2, 16]);
  });
});

describe('several LSTM modules', () => {
  const path = fixture('encoder_decoder.pt');
  const open = async (options: ReadOptions) => (await importModel(path, options)).layerNames;

  it('are opened one at a time, the first or the one that is named, until it is said how they are connected', async () => {
    expect(await open({})).toEqual(['encoder']);
    expect(await open({ layer: 'decoder' })).toEqual(['decoder']);
    expect(await open({ assumeStack: true })).toEqual(['encoder', 'decoder']);
    expect(await open({ order: ['decoder'] })).toEqual(['decoder']);
    const { origin } = await importModel(path);
    expect(origin.unwired?.why).toBe('Nothing in the file says what "decoder" reads, so it is not opened.');
    expect(origin.lstms?.map(({ name }) => name)).toEqual(['encoder', 'decoder']);
  });

  it.each<[string, ReadOptions, string]>([
    [
      'awd.pth',
      { order: ['rnns.1.module', 'rnns.0.module'] },
      '"rnns.0.module" reads 2 numbers a step, but "rnns.1.module" gives 3',
    ],
    ['awd.pth', { order: ['rnns.2'] }, 'There is no LSTM "rnns.2", which --order names.'],
  ])('are refused in an order that cannot be: %s %j', async (file, options, message) => {
    await expect(readPytorch(fixture(file), options)).rejects.toThrow(message);
  });
});
