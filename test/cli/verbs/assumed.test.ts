// What every verb says of a model whose file does not say all.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../temporary.ts';
import { output, run } from '../in-process.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));
const two = fixture('keras/weights-only/plain.weights.h5');
const dict = fixture('pytorch/saved/checkpoint.pth');
const hidden = fixture('pytorch/hidden.safetensors');
const characters = fixture('pytorch/characters.safetensors');

function seriesFile(): string {
  const path = join(temporaryFolder(), 'series.csv');
  writeFileSync(path, '0.1,0.2\n-0.3,0.4\n0.5,-0.6\n0.7,0.1\n0,0.9\n-0.2,-0.4\n');
  return path;
}

describe('what was assumed of a model', () => {
  it('is said by inspect in its tables and in JSON, and beside CSV', async () => {
    const series = seriesFile();
    const tables = (await output('inspect', dict, '--series', series)).replaceAll('\n', ' ');
    expect(tables).toContain('assumed: A state dict does not say how its modules are connected');
    const { assumed } = JSON.parse(await output('inspect', dict, '--series', series, '--json'));
    expect(assumed[0]).toContain('it was assumed that "lstm" reads the input itself');
    const csv = await run('inspect', dict, '--series', series, '--csv');
    expect(csv.stdout).toMatch(/^series,step/);
    expect(csv.stderr).toContain('assumed: A state dict');
  });

  it('is said by memory, and by evaluate, and kept by import', async () => {
    const { assumed, halfLives } = JSON.parse(
      await output('memory', dict, '--series', seriesFile(), '--json', '--lags', '1'),
    );
    expect(assumed).toHaveLength(2);
    expect(halfLives).toHaveLength(1);
    const folder = temporaryFolder();
    const [vocabulary, text] = [join(folder, 'v.json'), join(folder, 'text.txt')];
    writeFileSync(vocabulary, JSON.stringify([...'abcde']));
    writeFileSync(text, 'abcab');
    const options = ['--vocabulary', vocabulary, '--text', text];
    const report = JSON.parse(await output('evaluate', characters, ...options, '--json'));
    expect(report.assumed.join()).toContain('was assumed to be softmax');
    expect(await output('evaluate', characters, ...options)).toContain('assumed: ');
    await output('import', characters, '--as', 'mine', '--vocabulary', vocabulary, '--content', folder);
    const card = readFileSync(join(folder, 'models', 'mine', 'card.md'), 'utf8').replaceAll(/\s+/g, ' ');
    expect(card).toContain("notes: 'A state dict does not say how its modules are connected");
    expect(card).toContain('- assumed: A state dict does not say');
  });

  it('is nothing of which weights depend', async () => {
    const { assumed, layers, tensors } = JSON.parse(await output('weights', two, '--json'));
    expect({ assumed, layers }).toEqual({ assumed: [], layers: ['lstm', 'lstm_1'] });
    expect(tensors.map(({ name }: { name: string }) => name)).toContain('layer2.recurrent_kernel');
    const csv = await output('weights', two, '--layer', 'lstm_1', '--gate', 'f', '--part', 'kernel', '--csv');
    expect(csv.split('\n')[1]).toMatch(/^W_f,x1,/);
  });
});

describe('what is not opened', () => {
  it('is said, and what opens it', async () => {
    const series = seriesFile();
    const first = (await output('inspect', two, '--series', series)).replaceAll('\n', ' ');
    expect(first).toContain('not opened: Nothing in the file says what "lstm_1" reads');
    expect(first).not.toContain('layer 2');
    const { notOpened, series: read } = JSON.parse(await output('inspect', two, '--series', series, '--json'));
    expect(notOpened).toContain('--assume-stack');
    expect(read[0].layers).toHaveLength(1);
    expect(await output('inspect', two, '--series', series, '--assume-stack', '--layer', 'lstm_1')).toContain(
      'layer 2 ("lstm_1")',
    );
    const architecture = fixture('keras/weights-only/plain.json');
    expect(await output('inspect', two, '--series', series, '--architecture', architecture)).toContain(
      'layer 2 ("lstm_1")',
    );
  });

  it.each([
    [['inspect', two, '--series', 'SERIES', '--layer', '2'], 'Nothing in the file says what layer 2 ("lstm_1") reads.'],
    [['inspect', two, '--series', 'SERIES', '--layer', 'lstm_1'], 'Say it with --order lstm,lstm_1'],
    [
      ['memory', two, '--series', 'SERIES', '--cell', 'lstm_1-0'],
      'Nothing in the file says what layer 2 ("lstm_1") reads.',
    ],
    [['import', two, '--as', 'two'], 'Nothing in the file says what "lstm_1" reads, so it is not opened.'],
    [
      ['export', two, '--to', 'onnx', '-o', 'x.onnx'],
      'Nothing in the file says what "lstm_1" reads, so it is not opened.',
    ],
    [['import', hidden, '--as', 'two'], 'does not say which function follows "fc.0". Give it with --hidden-activation'],
    [['export', hidden, '--to', 'onnx', '-o', 'x.onnx'], 'Give --hidden-activation.'],
    [
      ['inspect', dict, '--series', 'SERIES', '--architecture', 'model.json'],
      'An architecture is for weights that Keras saved alone',
    ],
  ])('is refused where it is needed: %j', async (args, message) => {
    const series = seriesFile();
    const { status, stderr } = await run(...args.map((arg) => (arg === 'SERIES' ? series : arg)));
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});
