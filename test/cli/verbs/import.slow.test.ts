import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hashFile } from '../../../pipeline/files/hash.ts';
import { readModel } from '../../../pipeline/models/formats/own/card.ts';
import { writeStandalone } from '../../../pipeline/models/formats/own/standalone.ts';
import { randomNetwork } from '../../models/networks.ts';
import { temporaryFolder } from '../../temporary.ts';
import { output, run } from '../in-process.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));
const shared = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** Every file below a content folder. */
const filesIn = (content: string) => (existsSync(content) ? readdirSync(content, { recursive: true }).map(String) : []);

describe('cellarium import', () => {
  it('makes a model with a card of a file, and says what it found', async () => {
    const content = temporaryFolder();
    const source = fixture('keras/keras2-stateful.h5');
    const prediction = await output('import', source, '--as', 'question', '--features', 'speed', '--content', content);
    expect(prediction).toMatch(/^LSTM 1 +1 +10 +tanh, gates hard sigmoid 0\.2·x \+ 0\.5 +480$/m);
    expect(prediction).toMatch(/^gate order +i f c o in the file, i f g o here$/m);
    expect(prediction).toMatch(/^reads +1 number a step: speed$/m);
    expect(prediction).toMatch(/^state +carried/m);

    const { card, parameters } = readModel(join(content, 'models', 'question'));
    expect(card).toMatchObject({
      vocabulary: [],
      features: ['speed'],
      stateful: true,
      loss: null,
      chosenEpoch: null,
      run: { file: 'keras2-stateful.h5', sha256: hashFile(source) },
    });
    expect(parameters.layers[0]!.recurrentKernel).toMatchObject({ rows: 10, columns: 40 });
    expect(filesIn(content).sort()).toEqual([
      'models',
      'models/question',
      'models/question/card.md',
      'models/question/model.safetensors',
    ]);
  });

  it.each([
    ['tfjs/characters', 'TensorFlow.js'],
    ['onnx/keras-characters.onnx', 'ONNX'],
    ['ml5/two-cells', 'ml5'],
  ])('lets the framework of %s read a random sequence too', async (path, format) => {
    const prediction = await output('import', fixture(path), '--as', 'mine', '--content', temporaryFolder());
    expect(prediction).toMatch(new RegExp(`^format +${format}`, 'm'));
    const [, difference] = /^parity +differs by at most (\S+) over 20 random steps$/m.exec(prediction)!;
    expect(Number(difference)).toBeLessThan(1e-5);
  });

  it('records how the text was prepared that a model learned from, where it is told', async () => {
    const content = temporaryFolder();
    const source = fixture('ml5/two-cells');
    const card = (id: string) => readModel(join(content, 'models', id)).card;
    await output('import', source, '--as', 'plain', '--content', content);
    expect(card('plain').preparation).toBeUndefined();
    await output('import', source, '--as', 'told', '--prepare', 'collapse-spaces', '--content', content);
    expect(card('told').preparation).toEqual(['collapse-spaces']);
    const { stderr } = await run(
      ...['import', fixture('keras/keras2-stateful.h5'), '--as', 'numbers', '--prepare', 'nfc', '--content', content],
    );
    expect(stderr).toContain('Only a text is prepared, and this model is not known to read one.');
    expect(filesIn(join(content, 'models', 'numbers'))).toEqual([]);
  });

  it('names the characters by a vocabulary, and reads numbers without one', async () => {
    const content = temporaryFolder();
    const vocabulary = join(content, 'characters.txt');
    writeFileSync(vocabulary, 'abcdefg');
    const source = fixture('keras/keras2-characters.h5');
    await output('import', source, '--as', 'named', '--vocabulary', vocabulary, '--content', content);
    expect(readModel(join(content, 'models', 'named')).card.vocabulary).toEqual([...'abcdefg']);
    const prediction = await output('import', source, '--as', 'unnamed', '--content', content);
    expect(prediction).toContain('give --vocabulary to name them');
  });

  it('leaves what was there unless it is told to replace it, and never replaces what no import made', async () => {
    const content = temporaryFolder();
    const target = ['--as', 'mine', '--content', content];
    await output('import', fixture('keras/keras2-stateful.h5'), ...target);
    const card = join(content, 'models', 'mine', 'card.md');
    const before = readFileSync(card, 'utf8');
    const again = await run('import', fixture('keras/keras2-forecast.h5'), ...target);
    expect(again).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('--force') });
    expect(readFileSync(card, 'utf8')).toBe(before);
    await output('import', fixture('keras/keras2-forecast.h5'), ...target, '--force');
    expect(readFileSync(card, 'utf8')).not.toBe(before);
    writeFileSync(join(content, 'models', 'mine', 'training.yaml'), '');
    const refused = await run('import', fixture('keras/keras2-stateful.h5'), ...target, '--force');
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('training.yaml') });
  });

  it.each([
    ['gru/keras-mixed.keras', [], 'a stack of LSTM layers, or of GRU layers, with one head'],
    ['pytorch/saved/nothing.ckpt', [], 'It has no tensor of an LSTM'],
    ['onnx/refused-peepholes.onnx', [], 'peephole'],
    ['keras/make.py', [], 'not a model of a known kind'],
    ['keras/absent.h5', [], 'no such file'],
    ['keras/keras2-stateful.h5', ['--features', 'a,b'], '2 features'],
    ['keras/keras2-characters.h5', ['--features', 'a'], 'no features'],
    ['tfjs/characters', ['--cell-activation', 'relu'], 'already specify what --cell-activation sets'],
    ['keras/keras2-stateful.h5', ['--as', 'My Model'], '"My Model" cannot be part of a page\'s address.'],
  ])('refuses %s %j and writes nothing', async (path, options, message) => {
    const content = temporaryFolder();
    const args = ['import', fixture(path), '--as', 'mine', ...options, '--content', content];
    const { status, stdout, stderr } = await run(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: /m);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(filesIn(content)).toEqual([]);
  });

  it.skipIf(!existsSync(shared))('takes the layers that it knows from a published file (needs ../shared)', async () => {
    const content = temporaryFolder();
    const [weights, vocabulary] = ['textgenrnn_weights.hdf5', 'textgenrnn_vocab.json'].map((name) =>
      join(shared, name),
    );
    const prediction = await output(
      'import',
      weights!,
      '--as',
      'textgenrnn',
      '--assume-stack',
      '--vocabulary',
      vocabulary!,
      '--content',
      content,
    );
    expect(prediction).toMatch(/^embedding +465 +100 +46,500$/m);
    expect(prediction).toMatch(/^LSTM 2 +128 +128 .*131,584$/m);
    expect(prediction).toContain('"attention"');
  });
});

describe('a classifier of texts', () => {
  it('can be looked at, but is no model of a gallery, which must predict characters', async () => {
    const folder = temporaryFolder();
    const model = join(folder, 'classifier.safetensors');
    const architecture = {
      inputs: 3,
      units: [2],
      outputs: 2,
      cellActivation: 'tanh',
      recurrentActivation: { kind: 'sigmoid' },
    } as const;
    const { parameters } = randomNetwork(architecture, 1);
    writeStandalone(model, { description: { vocabulary: [...'abc'], architecture }, parameters });
    const { series } = JSON.parse(await output('inspect', model, '--text', 'abba', '--json'));
    expect(series[0].outputs).toHaveLength(4);
    for (const row of series[0].outputs) expect(row[0] + row[1]).toBeCloseTo(1, 5);
    const { status, stderr } = await run('import', model, '--as', 'mine', '--content', folder);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('has 2 outputs') });
    expect(filesIn(folder)).toEqual(['classifier.safetensors']);
  });
});

describe('cellarium export', () => {
  const architecture = {
    inputs: 5,
    units: [4, 3],
    outputs: 5,
    cellActivation: 'tanh',
    recurrentActivation: { kind: 'sigmoid' },
  } as const;

  it.each(['keras', 'pytorch', 'onnx', 'safetensors'])(
    'writes for %s what imports as the same bits',
    async (format) => {
      const folder = temporaryFolder();
      const { parameters } = randomNetwork(architecture, 3);
      const model = join(folder, 'model.safetensors');
      writeStandalone(model, { description: { vocabulary: [...'abcde'], architecture }, parameters });
      const vocabulary = join(folder, 'characters.json');
      writeFileSync(vocabulary, JSON.stringify([...'abcde']));
      const out = join(folder, 'exported');
      expect(await output('export', model, '--to', format, '-o', out)).toContain(out);
      const hashes = [];
      for (const [id, source] of [
        ['before', model],
        ['after', out],
      ] as const) {
        const options = source === out && format !== 'safetensors' ? ['--vocabulary', vocabulary] : [];
        await output('import', source, '--as', id, ...options, '--content', folder);
        const { card } = readModel(join(folder, 'models', id));
        expect(card).toMatchObject({ vocabulary: [...'abcde'], architecture });
        hashes.push(card.weights.sha256);
      }
      expect(hashes[1]).toBe(hashes[0]);
    },
  );

  it('refuses what the other framework does not have, and leaves no file', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'model.safetensors');
    const source = fixture('keras/keras2-hard-sigmoid.h5');
    const { status, stderr } = await run('export', source, '--to', 'pytorch', '-o', out);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .*hard/m);
    expect(readdirSync(folder)).toEqual([]);
  });
});
