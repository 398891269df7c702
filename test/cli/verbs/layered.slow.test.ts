// Models that are no plain stack, by the commands that open them. The values of graphs/cases.zip were worked out in
// float64 from the models' own weights and checked against Keras; those of keras3.zip come from graphs/make.py.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { rangesOf } from '../../../pipeline/files/ranges.ts';
import { readSafetensors } from '../../../pipeline/files/safetensors.ts';
import { openZip } from '../../../pipeline/files/zip.ts';
import { openActivations } from '../../../pipeline/gallery/activations-file.ts';
import { output, run } from '../in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'cellarium-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function unpacked(archive: string): string {
  const file = fileURLToPath(new URL(`../../fixtures/keras/graphs/${archive}`, import.meta.url));
  const zip = openZip(rangesOf(readFileSync(file)), file, 1000);
  const to = join(folder, basename(archive, '.zip'));
  for (const name of zip.names) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), zip.read(name));
  }
  return to;
}
const cases = unpacked('cases.zip');
const models = unpacked('keras3.zip');
const written = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const series = join(cases, 'return-state/series.csv');
const signalsOf = (of: string) => JSON.parse(of).series[0];

/** File, options, layer from 0, unit, step from 1, and i f g o c h there. */
const CELLS: readonly (readonly [string, readonly string[], number, number, number, readonly number[]])[] = [
  ['return-state/model.h5', [], 0, 0, 6, [0.5295, 0.397, 0.1301, 0.5208, 0.0027, 0.0014]],
  ['return-state/model.keras', [], 0, 0, 6, [0.5295, 0.397, 0.1301, 0.5208, 0.0027, 0.0014]],
  ...[
    'attention',
    'average_pool',
    'batchnorm',
    'flatten',
    'relu_layer',
    'rescaling',
    'reshape',
    'softplus',
    'two_outputs',
  ].map(
    (name) =>
      [`heads-behind-the-lstm/${name}.keras`, [], 0, 0, 6, [0.7325, 0.6331, 0.1279, 0.3928, -0.1487, -0.058]] as const,
  ),
  ['bidirectional-last-step/model.h5', [], 0, 0, 6, [0.2317, 0.6087, 0.3107, 0.3292, 0.1238, 0.0405]],
  ['bidirectional-last-step/model.h5', [], 0, 3, 1, [0.5088, 0.5142, 0.1716, 0.5536, 0.2053, 0.1121]],
  ['masking/masking.h5', [], 0, 0, 4, [0.7557, 0.7181, -0.6736, 0.494, -1.2039, -0.4124]],
  ['autoencoder-repeat-vector/model.h5', [], 0, 2, 6, [0.4031, 0.5854, 0.5873, 0.6578, 0.3086, 0.203]],
  ['autoencoder-repeat-vector/model.h5', [], 1, 2, 1, [0.5506, 0.4434, 0, 0.3751, 0, 0]],
  [
    'encoder-decoder-two-inputs/seq2seq.h5',
    ['--layer', 'encoder'],
    0,
    0,
    6,
    [0.4706, 0.4455, 0.4096, 0.5195, 0.0807, 0.0418],
  ],
  ['encoder-decoder-two-inputs/series-and-static.h5', [], 0, 0, 6, [0.5681, 0.6178, -0.2237, 0.5386, -0.0149, -0.008]],
  ['go-backwards/model.h5', [], 0, 0, 6, [0.4984, 0.5883, 0.6315, 0.4588, 0.7235, 0.284]],
  ['activations/elu.keras', [], 0, 0, 6, [0.7464, 0.6913, 0.2605, 0.5564, -0.0062, -0.0034]],
  ['activations/softsign.keras', [], 0, 0, 6, [0.7529, 0.694, 0.1996, 0.5577, -0.0568, -0.03]],
  ['activations/gates_tanh.keras', [], 0, 0, 6, [0.8358, 0.727, 0.1618, 0.1751, -0.2839, -0.0484]],
  ['activations/gates_relu.keras', [], 0, 0, 6, [1.1865, 1.0168, 0.0749, 0.0645, -1.6269, -0.0597]],
  ['layers-before-the-lstm/dense.keras', [], 0, 0, 6, [0.4303, 0.5237, 0.1262, 0.5976, 0.1487, 0.0882]],
  ['layers-before-the-lstm/conv.keras', [], 0, 0, 3, [0.6835, 0.4534, -0.1108, 0.4131, -0.1521, -0.0624]],
];

it.each(CELLS)('%s %j: layer %i, unit %i, step %i', async (file, options, layer, unit, step, expected) => {
  const own = join(cases, dirname(file), 'series.csv');
  const found = signalsOf(await output('inspect', join(cases, file), '--series', own, '--json', ...options));
  const { signals } = found.layers[layer];
  const values = ['i', 'f', 'g', 'o', 'c', 'h'].map((signal) => signals[signal][step - 1][unit]);
  for (const [k, value] of values.entries()) expect(value).toBeCloseTo(expected[k]!, 4);
});

describe('steps that are masked', () => {
  it('keep the state, are marked in the table, and have no gates in JSON', async () => {
    const args = [join(cases, 'masking/masking.h5'), '--series', join(cases, 'masking/series.csv')];
    const table = await output('inspect', ...args, '--unit', '0');
    expect(table).toMatch(/^ +5 +-1\.0000 +-1\.0000 +– +– +– +– +-1\.2039 +-0\.4124 +masked$/m);
    expect(table).toContain('of which 2 are masked');
    const { layers } = signalsOf(await output('inspect', ...args, '--json'));
    expect(layers[0].masked).toEqual([5, 6]);
    expect(layers[0].signals.f[4]).toEqual([null, null, null]);
    expect(layers[0].signals.c[5]).toEqual(layers[0].signals.c[3]);
    expect(await output('inspect', ...args, '--csv', '--unit', '0')).toMatch(
      /^1,6,-1,-1,1,0,,,,,-1\.2039\d*,-0\.4124\d*$/m,
    );
  });

  it('are those of an embedding that masks zeros, and a text has none where its vocabulary begins with padding', async () => {
    const vocabulary = join(cases, 'masking/vocabulary.json');
    const args = [
      'inspect',
      join(cases, 'masking/mask_zero.h5'),
      '--vocabulary',
      vocabulary,
      '--text',
      'cad',
      '--json',
    ];
    const [layer] = signalsOf(await output(...args)).layers;
    expect(layer.masked).toBeUndefined();
    const values = ['i', 'f', 'g', 'o', 'c', 'h'].map((signal) => layer.signals[signal][2][0]);
    for (const [k, value] of [0.6797, 0.6008, -0.3526, 0.63, -0.499, -0.2906].entries())
      expect(values[k]).toBeCloseTo(value, 4);
  });
});

describe('a model of several inputs', () => {
  const model = join(cases, 'encoder-decoder-two-inputs/seq2seq.h5');

  it('asks which of them a series is for, and names the layer that needs only one', async () => {
    const { status, stderr } = await run('inspect', model, '--series', series);
    expect(status).toBe(1);
    expect(stderr).toContain('It has 2 inputs, "enc", "dec"');
    expect(stderr).toContain('--input enc=file.csv --input dec=file.csv, or open one layer alone: --layer encoder');
  });

  it('shows the layers whose inputs are given, and says which it leaves out', async () => {
    const found = JSON.parse(await output('inspect', model, '--input', `enc=${series}`, '--json'));
    expect(found.series[0].layers.map(({ name }: { name: string }) => name)).toEqual(['encoder']);
    expect(found.notes).toEqual([expect.stringContaining('Layer 2 ("decoder") is left out: it reads from "dec"')]);
    const both = JSON.parse(
      await output('inspect', model, '--input', `enc=${series}`, '--input', `dec=${series}`, '--json'),
    );
    expect(both.series[0].layers.map(({ name }: { name: string }) => name)).toEqual(['encoder', 'decoder']);
  });

  it('refuses an input that it does not have, and what does not fit one', async () => {
    expect((await run('inspect', model, '--input', `en=${series}`)).stderr).toContain('The model has no input "en".');
    const narrow = written('narrow.csv', '1\n2\n');
    expect((await run('inspect', model, '--input', `enc=${narrow}`)).stderr).toContain('takes 2 numbers a step');
  });
});

describe('the other commands on a model that is no plain stack', () => {
  const model = join(cases, 'autoencoder-repeat-vector/model.h5');

  it('weights shows the gates of each layer, with its name', async () => {
    const table = await output('weights', model);
    expect(table).toMatch(/^layer2\.kernel +\[4, 16\]/m);
    expect(table).toContain('layer1 is "lstm_15", layer2 is "lstm_16" in the file.');
    expect(JSON.parse(await output('weights', model, '--json')).parameters).toBe(
      4 * 4 * (2 + 4 + 1) + 4 * 4 * (4 + 4 + 1),
    );
  });

  it('memory, evaluate, generate and import say what they need, why this is not it, and what can be done', async () => {
    const text = written('text.txt', 'Some text.');
    const verbs = [
      ['memory', model, '--series', series],
      ['evaluate', model, '--text', text],
      ['import', model, '--as', 'mine', '--content', folder],
    ];
    for (const args of verbs) {
      const { status, stderr } = await run(...args);
      expect(status).toBe(1);
      expect(stderr).toContain('a stack of LSTM layers, or of GRU layers, with one head that predicts');
      expect(stderr).toContain('RepeatVector');
      expect(stderr.replaceAll('\n', ' ')).toContain('open its LSTM layers 1 ("lstm_15"), 2 ("lstm_16")');
    }
  });

  it('trace writes a text that is read step for step, as scores take it', async () => {
    const vocabulary = join(cases, 'masking/vocabulary.json');
    const out = join(folder, 'traced.safetensors');
    const text = written('cad.txt', 'cadabad');
    await output('trace', join(cases, 'masking/mask_zero.h5'), text, '--vocabulary', vocabulary, '--out', out);
    const activations = openActivations(out);
    expect(activations.characters.join('')).toBe('cadabad');
    expect(activations.signals).toEqual(['i', 'f', 'g', 'o', 'c', 'h']);
    expect(activations.read('h', 2, 1)[0]).toBeCloseTo(-0.2906, 4);
    activations.close();
  });

  it('trace leaves out layers whose steps are not those of what is read', async () => {
    const out = join(folder, 'encoder.safetensors');
    const said = await output('trace', model, series, '--out', out);
    expect(said.replaceAll('\n', ' ')).toContain('"lstm_16" is left out: its steps are not those of what is read.');
    expect(readSafetensors(out).tensors.get('h')!.shape).toEqual([6, 4]);
  });
});

it('a text whose vocabulary is given is read as ids where a layer embeds them, and numbers of them as a series', async () => {
  const model = join(models, 'mask-zero.h5');
  const ids = written('ids.csv', '3\n1\n4\n1\n0\n0\n');
  const [layer] = signalsOf(await output('inspect', model, '--series', ids, '--json')).layers;
  expect(layer.masked).toEqual([5, 6]);
  const wrong = written('wrong.csv', '3\n9\n');
  expect((await run('inspect', model, '--series', wrong)).stderr).toContain('Step 2 has 9');
});
