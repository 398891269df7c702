import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashFile } from '../../pipeline/files/hash.ts';
import { cellarium, cellariumOutput } from '../fixtures/build/command.ts';
import { TRAINING, writeContent } from '../fixtures/build/content.ts';
import { temporaryFolder } from '../temporary.ts';

const FOUR_EPOCHS = TRAINING.replace('epochs: 3', 'epochs: 4');

/** A content folder with the model "tiny" in it, not trained yet, and the command that trains it. */
function untrained() {
  const content = writeContent(temporaryFolder(), FOUR_EPOCHS);
  const folder = join(content, 'models', 'tiny');
  return {
    folder,
    weights: join(folder, 'model.safetensors'),
    checkpoint: join(folder, 'checkpoints', 'last.safetensors'),
    train: (...more: string[]) => ['train', 'tiny', '--content', content, '--threads', '1', ...more],
  };
}

describe('cellarium train', () => {
  it('killed with SIGKILL and resumed, ends in the very same weights as an unbroken run', async () => {
    const unbroken = untrained();
    await cellariumOutput(...unbroken.train());

    const broken = untrained();
    const killed = await cellarium(broken.train(), {
      onOutput(child, stdout) {
        if (stdout.includes('epoch   2')) child.kill('SIGKILL');
      },
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(killed.stdout).not.toContain('is best');
    expect(existsSync(broken.weights)).toBe(false);

    const resumed = await cellariumOutput(...broken.train('--resume'));
    expect(resumed).toMatch(/going on after epoch [23]\n/);
    expect(resumed).not.toContain('epoch   1 ');
    expect(hashFile(broken.weights)).toBe(hashFile(unbroken.weights));
    // What they say of themselves is the same, too, but for the log's rates.
    expect(readFileSync(join(broken.folder, 'card.md'))).toEqual(readFileSync(join(unbroken.folder, 'card.md')));
    const losses = (folder: string) =>
      readFileSync(join(folder, 'log.jsonl'), 'utf8').replace(/"charactersPerSecond":[\d.]+/g, '');
    expect(losses(broken.folder)).toBe(losses(unbroken.folder));
  });

  it('does not resume a run whose configuration has changed, nor from a checkpoint that is cut off', async () => {
    const { folder, checkpoint, train } = untrained();
    await cellariumOutput(...train('--epochs', '1'));
    const configuration = join(folder, 'training.yaml');
    writeFileSync(configuration, FOUR_EPOCHS.replace('learningRate: 0.02', 'learningRate: 0.03'));
    const changed = await cellarium(train('--resume'));
    expect(changed.status).toBe(1);
    expect(changed.stderr).toContain(`error: ${checkpoint}: The checkpoint is of another run`);
    expect(changed.stderr).toContain('Train without --resume to begin anew, or restore what was changed.');

    writeFileSync(configuration, FOUR_EPOCHS);
    writeFileSync(checkpoint, readFileSync(checkpoint).subarray(0, 5000));
    const cut = await cellarium(train('--resume'));
    expect(cut.status).toBe(1);
    expect(cut.stderr).toContain(`error: ${checkpoint}`);
    expect(cut.stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['with dropout', FOUR_EPOCHS, 'with dropout and a dense softmax'],
    ['without', FOUR_EPOCHS.replace('[0, 0.1]', '[0, 0]'), 'with a dense softmax'],
  ])('says of a network trained %s that it was', async (_, configuration, words) => {
    const { folder, train } = untrained();
    writeFileSync(join(folder, 'training.yaml'), configuration);
    await cellariumOutput(...train('--epochs', '1'));
    expect(readFileSync(join(folder, 'card.md'), 'utf8')).toContain(words);
  });

  it.each([
    ['units: [6, 5]', 'units: [6, 0]', 'training.yaml:3:12'],
    ['epochs: 4', 'epochs: four', 'training.yaml:4:9'],
    ['corpus: lexicon', 'corpus: lexikon', '"lexikon"'],
  ])('refuses a configuration that says %s as %s, and says where', async (right, wrong, where) => {
    const { folder, train } = untrained();
    writeFileSync(join(folder, 'training.yaml'), FOUR_EPOCHS.replace(right, wrong));
    const { status, stderr } = await cellarium(train());
    expect(status).toBe(1);
    expect(stderr).toContain(where);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('a run that goes on elsewhere', () => {
  it('is resumed on another number of threads, which is said, and told so on the card', async () => {
    const { folder, train } = untrained();
    await cellarium(train(), {
      onOutput(child, stdout) {
        if (stdout.includes('epoch   1')) child.kill('SIGKILL');
      },
    });
    const resumed = await cellariumOutput(...train('--resume', '--threads', '2'));
    expect(resumed).toMatch(
      /note: it was begun by onnx on cpu with 1 thread; onnx on cpu with 2 threads rounds otherwise/,
    );
    expect(readFileSync(join(folder, 'card.md'), 'utf8')).toContain(
      'resumedOn: onnx on cpu with 1 thread, then onnx on cpu with 2 threads',
    );
  });
});

describe('training is refused', () => {
  it('while another process trains the same model', async () => {
    const { folder, train } = untrained();
    expect((await cellarium(train('--epochs', '1'))).status).toBe(0);
    writeFileSync(join(folder, 'checkpoints', 'lock'), `${process.pid} ${hostname()}\n`);
    const second = await cellarium(train('--resume'));
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`Another process trains this model: process ${process.pid}.`);
    // Of a process that has ended nothing is waited for: Linux gives out numbers up to 2^22 at most.
    writeFileSync(join(folder, 'checkpoints', 'lock'), `99999999 ${hostname()}\n`);
    expect((await cellarium(train('--resume', '--epochs', '2'))).status).toBe(0);
    expect(existsSync(join(folder, 'checkpoints', 'lock'))).toBe(false);
  });

  it('where it diverges, and then makes no model and keeps the last checkpoint that is good', async () => {
    const diverging = FOUR_EPOCHS.replace(/learningRate: [\d.]+/, 'learningRate: 1e30').replace(
      /gradientNorm: [\d.]+/,
      'gradientNorm: 1e30',
    );
    expect(diverging).toContain('learningRate: 1e30');
    const content = writeContent(temporaryFolder(), diverging);
    const { status, stdout, stderr } = await cellarium(['train', 'tiny', '--content', content]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/error: Training has diverged in epoch 1: its loss is /);
    expect(stderr).toContain('Lower learningRate (1e+30)');
    expect(stdout).not.toContain('is best');
    expect(readdirSync(join(content, 'models', 'tiny'))).toEqual(['checkpoints', 'training.yaml']);
  });
});
