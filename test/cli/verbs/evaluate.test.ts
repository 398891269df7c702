import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { writeStandalone } from '../../../pipeline/models/formats/own/standalone.ts';
import { temporaryFolder } from '../../temporary.ts';
import { ARCHITECTURE, randomParameters, readStepwise } from '../../trace/networks.ts';
import { output, run } from '../in-process.ts';

const VOCABULARY = [...'ab\n “”'].slice(0, ARCHITECTURE.inputs);

function example(text: string) {
  const folder = temporaryFolder();
  const model = join(folder, 'model.safetensors');
  const parameters = randomParameters(5);
  writeStandalone(model, { description: { vocabulary: VOCABULARY, architecture: ARCHITECTURE }, parameters });
  const file = join(folder, 'text.txt');
  writeFileSync(file, text);
  return { model, file, parameters };
}

/** Nats a character, one step after the other in float64. */
async function lossOf(text: string, parameters: ReturnType<typeof randomParameters>): Promise<number> {
  const ids = Int32Array.from(text, (character) => VOCABULARY.indexOf(character));
  const { logProbabilities } = await readStepwise(parameters, ids);
  const losses = [...ids].slice(1).map((id, t) => -logProbabilities[t * ARCHITECTURE.outputs + id]!);
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const evaluate = async (...args: string[]) => JSON.parse(await output('evaluate', ...args, '--json'));

describe('cellarium evaluate', () => {
  it('gives the loss a character over the cleaned text, in nats and bits', async () => {
    const { model, file, parameters } = example('ab  "ba"\r\nbab a');
    const { nats, bits, ...rest } = await evaluate(model, '--text', file);
    expect(rest).toEqual({ format: 1, model, characters: 13, leftOut: 0, predicted: 12, assumed: [] });
    expect(nats).toBeCloseTo(await lossOf('ab “ba”\nbab a', parameters), 5);
    expect(bits).toBeCloseTo(nats / Math.log(2), 10);
    const prediction = await output('evaluate', model, '--text', file);
    expect(prediction).toContain(`${nats.toFixed(4)} nats (${bits.toFixed(4)} bits) a character`);
  });

  it('leaves unknown characters out where it is told to, and else names the first', async () => {
    const { model, file, parameters } = example('abxa\nbΩa b');
    const { nats, characters, leftOut } = await evaluate(model, '--text', file, '--skip-unknown', '--raw');
    expect({ characters, leftOut }).toEqual({ characters: 8, leftOut: 2 });
    expect(nats).toBeCloseTo(await lossOf('aba\nba b', parameters), 5);
    const { status, stderr } = await run('evaluate', model, '--text', file);
    expect(status).toBe(1);
    expect(stderr).toContain(`${file}:1:3: The model does not know the character "x" (U+0078)`);
    expect(stderr).toContain('--skip-unknown');
  });

  it.each([
    ['keras/keras2-stateful.h5', [], 'reads 1 numbers a step, not text'],
    ['keras/keras2-characters.h5', [], 'Give them with --vocabulary.'],
    ['keras/keras2-characters.h5', ['--vocabulary', 'absent.txt'], 'no such file'],
  ])('refuses %s %j, which does not predict a text', async (path, options, message) => {
    const { file } = example('abab');
    const source = fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));
    const { status, stderr } = await run('evaluate', source, '--text', file, ...options);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });

  it('refuses a text of one character', async () => {
    const { model, file } = example('a');
    const { status, stderr } = await run('evaluate', model, '--text', file);
    expect(status).toBe(1);
    expect(stderr).toContain('predicting one takes two');
  });
});
