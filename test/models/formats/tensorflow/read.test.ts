import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { countValues } from '../../../../pipeline/files/safetensors-header.ts';
import { firstLayers } from '../../../../pipeline/models/formats/tensorflow/first.ts';
import { crc32c } from '../../../../pipeline/models/formats/tensorflow/table.ts';
import { importModel } from '../../../../pipeline/models/open.ts';
import { output } from '../../../cli/in-process.ts';
import { inputError, inputErrorOf, temporaryFolder } from '../../../temporary.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../../../fixtures/tensorflow/${path}`, import.meta.url));
const ROWS = [
  [0.1, 0.2],
  [-0.3, 0.4],
  [0.5, -0.6],
  [0.7, 0.1],
  [0, 0.9],
  [-0.2, -0.4],
];
const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Record<
  string,
  { h: number[][][]; c?: number[][] }
>;

type Signals = Record<string, number[][]>;

/** What `inspect` gives for the six rows: each signal of each layer, [steps, units]. */
async function signalsOf(model: string, ...options: string[]): Promise<Signals[]> {
  const series = join(temporaryFolder(), 'series.csv');
  writeFileSync(series, ROWS.map((row) => row.join(',')).join('\n'));
  const report = JSON.parse(await output('inspect', model, '--series', series, '--json', ...options));
  return report.series[0].layers.map(({ signals }: { signals: Signals }) => signals);
}

function expectClose(found: number[][], wanted: number[][]): void {
  expect(found.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
  expect(Math.max(...found.flat().map((value, k) => Math.abs(value - wanted.flat()[k]!)))).toBeLessThan(1e-5);
}

describe('a checkpoint and a SavedModel of one network', () => {
  const { layer1 } = JSON.parse(readFileSync(fixture('given/expected.json'), 'utf8')) as { layer1: Signals };

  it.each([
    'given/checkpoint',
    'given/checkpoint/model.ckpt',
    'given/checkpoint/model.ckpt.index',
    'given/checkpoint/model.ckpt.data-00000-of-00001',
    'given/checkpoint/checkpoint',
    'given/savedmodel',
    'given/savedmodel/saved_model.pb',
    'given/savedmodel/variables',
    'given/savedmodel/variables/variables.index',
  ])('have the gates that TensorFlow computes, by the path %s', async (path) => {
    const [first] = await signalsOf(fixture(path));
    for (const signal of ['i', 'f', 'g', 'o', 'c', 'h']) expectClose(first![signal]!, layer1[signal]!);
    const last = ['i', 'f', 'g', 'o', 'c', 'h'].map((signal) => first![signal]![5]![0]!.toFixed(4));
    expect(last).toEqual(['0.3410', '0.4137', '-0.0423', '0.2706', '0.1874', '0.0501']);
  });

  it('say what they are: with the description that Keras wrote beside one, and what was assumed of the other', async () => {
    const whole = await importModel(fixture('given/savedmodel'));
    expect(whole.origin.format).toMatch(/^Keras [\d.]+, SavedModel$/);
    expect(whole.description.architecture).toMatchObject({ units: [3], outputs: 1, outputActivation: 'linear' });
    const alone = await importModel(fixture('given/checkpoint'));
    expect(alone.origin.format).toBe('TensorFlow 2, checkpoint, weights only');
    expect(alone.origin.assumed?.join(' ')).toContain('does not say which functions its layers have');
  });
});

describe('what TensorFlow saved gives what it computes', () => {
  it.each(['saved-model-both-ways', 'checkpoint-with-optimizer', 'saved-model-subclassed'])('%s', async (name) => {
    const alone = name.startsWith('checkpoint') ? ['--assume-stack'] : [];
    const layers = await signalsOf(fixture(name), ...alone);
    layers.forEach(({ h }, layer) => {
      expectClose(h!, expected[name]!.h[layer]!);
    });
    expect(layers).toHaveLength(expected[name]!.h.length);
  });

  it('keras3-checkpoint, and of the list that Keras 3 exports it is said that it has no order', async () => {
    const wanted = JSON.parse(readFileSync(fixture('expected-keras3.json'), 'utf8')) as number[][][];
    const layers = await signalsOf(fixture('keras3-checkpoint'));
    layers.forEach(({ h }, layer) => {
      expectClose(h!, wanted[layer]!);
    });
    const { message } = await inputErrorOf(importModel(fixture('keras3-export')));
    expect(message).toContain('Its variables are a list in no order');
    expect(message).toMatch(/bidirectional, lstm|lstm, bidirectional/);
  });

  it('checkpoint-subclassed, once it is told the function that no checkpoint says', async () => {
    const name = 'checkpoint-subclassed';
    const [layer] = await signalsOf(fixture(name), '--recurrent-activation', 'hard-sigmoid');
    expectClose(layer!.h!, expected[name]!.h[0]!);
  });

  it.each([
    ['first-basic', 'first-basic'],
    ['first-stacked', 'first-stacked'],
    ['first-both-ways', 'first-both-ways'],
    ['frozen.pb', 'first-basic'],
  ])('%s, of TensorFlow 1', async (path, name) => {
    const layers = await signalsOf(fixture(path), ...(path === 'first-stacked' ? ['--assume-stack'] : []));
    expectClose(layers.at(-1)!.h!, expected[name]!.h[0]!);
    const { origin } = await importModel(fixture(path));
    expect(origin.gateOrder).toBe('i g f o, kernel and recurrent kernel in one matrix');
    expect(origin.assumed?.[0]).toContain('Assumed is forget_bias=1, as by default');
  });

  it.each(['lstm.tflite', 'dynamic-range.tflite'])('%s, of TensorFlow Lite', async (name) => {
    const layers = await signalsOf(fixture(name));
    const wanted = expected[name]!.h;
    const differences = layers.map(({ h }, layer) =>
      Math.max(...h!.flatMap((row, step) => row.map((value, unit) => Math.abs(value - wanted[layer]![step]![unit]!)))),
    );
    expect(differences).toHaveLength(wanted.length);
    expect(differences[0]).toBeLessThan(1e-5);
    // In eight bits a weight is off by up to a part in 254 of the largest, and a sum of 32 by a few.
    if (differences.length > 1) expect(differences[1]).toBeLessThan(0.02);
    const { origin, description } = await importModel(fixture(name));
    expect(description.architecture.outputs).toBe(1);
    expect(origin.notes.some((note) => note.includes('eight bits'))).toBe(name.startsWith('dynamic'));
  });
});

describe('what is not read is called what it is', () => {
  const copied = (name: string) => {
    const folder = join(temporaryFolder(), 'model');
    cpSync(fixture(name), folder, { recursive: true });
    return folder;
  };

  it('a cell with peepholes, a checkpoint without its numbers, and one without its names', async () => {
    expect((await inputErrorOf(importModel(fixture('first-peepholes')))).message).toContain('w_f_diag');
    const folder = copied('given/checkpoint');
    rmSync(join(folder, 'model.ckpt.data-00000-of-00001'));
    const alone = await inputErrorOf(importModel(join(folder, 'model.ckpt.index')));
    expect(alone.message).toMatch(/Its numbers are missing, which should be in .*\.data-00000-of-00001/);
  });

  it('cells whose names say nothing of their order', () => {
    const variable = (shape: number[]) => ({ name: '', shape, read: () => new Float32Array(countValues(shape)) });
    const cell = (scope: string) => [
      [`${scope}/lstm_cell/kernel`, variable([5, 12])] as const,
      [`${scope}/lstm_cell/bias`, variable([12])] as const,
    ];
    const read = (...scopes: string[]) => firstLayers(new Map(scopes.flatMap(cell)), 'model.ckpt');
    expect(read('rnn/cell_10', 'rnn/cell_9').layers.map(({ name }) => name)).toEqual([
      'rnn/cell_9/lstm_cell',
      'rnn/cell_10/lstm_cell',
    ]);
    expect(inputError(() => read('encoder', 'decoder')).message).toContain('in no order');
  });

  it('a folder of several checkpoints, of which none is the latest', async () => {
    const folder = copied('given/checkpoint');
    rmSync(join(folder, 'checkpoint'));
    cpSync(join(folder, 'model.ckpt.index'), join(folder, 'other.index'));
    cpSync(join(folder, 'model.ckpt.data-00000-of-00001'), join(folder, 'other.data-00000-of-00001'));
    expect((await inputErrorOf(importModel(folder))).message).toContain(
      'It holds 2 checkpoints: model.ckpt.index, other.index.',
    );
  });

  it('numbers that differ from their checksum, and an index that does', async () => {
    const folder = copied('given/checkpoint');
    const change = (name: string, at: number) => {
      const bytes = readFileSync(join(folder, name));
      bytes[at]! ^= 1;
      writeFileSync(join(folder, name), bytes);
    };
    change('model.ckpt.data-00000-of-00001', 20);
    expect((await inputErrorOf(importModel(folder))).message).toContain('differs from its checksum');
    change('model.ckpt.index', 60);
    expect((await inputErrorOf(importModel(folder))).message).toContain('a block differs from its checksum');
    change('model.ckpt.index', 60);
    // The byte behind the block of names says how it is packed.
    const index = readFileSync(join(folder, 'model.ckpt.index'));
    change('model.ckpt.index', index.indexOf(Buffer.from([0, 0, 0, 0, 1, 0, 0, 0])) + 8);
    expect((await inputErrorOf(importModel(folder))).message).toContain('packed with Snappy');
  });

  it('a SavedModel whose variables are gone, and its graph alone', async () => {
    const folder = copied('given/savedmodel');
    rmSync(join(folder, 'variables'), { recursive: true });
    const gone = await inputErrorOf(importModel(folder));
    expect(gone.message).toContain('It is a SavedModel of TensorFlow without its variables.');
    expect(gone.message).toContain('Put the folder "variables"');
    const graph = join(temporaryFolder(), 'graph.pb');
    writeFileSync(graph, Buffer.from([0x08, 0x01, 0x12, 0x05]));
    expect((await inputErrorOf(importModel(graph))).message).toContain('It is the graph of a SavedModel of TensorFlow');
  });
});

it('counts checksums as the standard does', () => {
  // RFC 3720, B.4: 32 bytes of zeros, and 0 to 31.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, k) => k))).toBe(0x46dd794e);
});
