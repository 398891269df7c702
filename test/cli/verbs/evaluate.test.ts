import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Preparation } from '../../../pipeline/base/preparation.ts';
import { writeStandalone } from '../../../pipeline/models/formats/own/standalone.ts';
import { ENGLISH } from '../../datasets/text/english.ts';
import { temporaryFolder } from '../../temporary.ts';
import { ARCHITECTURE, randomParameters, readStepwise } from '../../trace/networks.ts';
import { output, run } from '../in-process.ts';

const VOCABULARY = [...'ab\n “”'].slice(0, ARCHITECTURE.inputs);

/** @param preparation of the model; none said where left out */
function example(text: string | Uint8Array, preparation?: Preparation) {
  const folder = temporaryFolder();
  const model = join(folder, 'model.safetensors');
  const parameters = randomParameters(5);
  const prepared = preparation === undefined ? {} : { preparation };
  writeStandalone(model, {
    description: { vocabulary: VOCABULARY, ...prepared, architecture: ARCHITECTURE },
    parameters,
  });
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
  it('gives the loss a character over the text as the model’s own was prepared, in nats and bits', async () => {
    const { model, file, parameters } = example('ab  "ba"\r\nbab a', ENGLISH);
    const { nats, bits, ...rest } = await evaluate(model, '--text', file);
    const changed = '4 characters of 15 changed: 1 by line-breaks, 1 by collapse-spaces, 2 by typographic-quotes';
    expect(rest).toEqual({
      ...{ format: 1, model, characters: 13, leftOut: 0, predicted: 12, assumed: [], notes: [changed] },
      preparation: {
        steps: ENGLISH,
        characters: 15,
        changed: { 'line-breaks': 1, 'collapse-spaces': 1, 'typographic-quotes': 2 },
      },
    });
    expect(nats).toBeCloseTo(await lossOf('ab “ba”\nbab a', parameters), 5);
    expect(bits).toBeCloseTo(nats / Math.log(2), 10);
    const prediction = await output('evaluate', model, '--text', file);
    expect(prediction).toContain(`${nats.toFixed(4)} nats (${bits.toFixed(4)} bits) a character`);
    expect(prediction).toContain(changed);
  });

  it('leaves unknown characters out where it is told to, and else names the first', async () => {
    const { model, file, parameters } = example('abxa\nbΩa b');
    const { nats, characters, leftOut } = await evaluate(model, '--text', file, '--skip-unknown');
    expect({ characters, leftOut }).toEqual({ characters: 8, leftOut: 2 });
    expect(nats).toBeCloseTo(await lossOf('aba\nba b', parameters), 5);
    const { status, stderr } = await run('evaluate', model, '--text', file);
    expect(status).toBe(1);
    expect(stderr).toContain(`${file}:1:3: The model does not know the character "x" (U+0078)`);
    expect(stderr).toContain('--skip-unknown');
  });

  it('reads a text as it is for a model of which nobody said how its own was prepared, unless it is told', async () => {
    const { model, file, parameters } = example('ab  ba\nbab a');
    const asItIs = await evaluate(model, '--text', file);
    expect(asItIs.nats).toBeCloseTo(await lossOf('ab  ba\nbab a', parameters), 5);
    expect(asItIs.preparation).toEqual({ steps: [], characters: 12, changed: {} });
    expect(asItIs.notes).toEqual([]);
    const told = await evaluate(model, '--text', file, '--prepare', 'collapse-spaces');
    expect(told.nats).toBeCloseTo(await lossOf('ab ba\nbab a', parameters), 5);
    expect(told.notes).toEqual(['1 character of 12 changed: collapse-spaces']);
    const own = example('ab  ba\nbab a', ENGLISH);
    for (const raw of [['--raw'], ['--prepare', 'none']]) {
      expect((await evaluate(own.model, '--text', own.file, ...raw)).nats).toBe(asItIs.nats);
    }
  });

  it('reads a file in another encoding when it is told which, and else says which it most likely is', async () => {
    const wide = example(Buffer.from('\uFEFFab “ba”\nbab a', 'utf16le'));
    const { status, stderr } = await run('evaluate', wide.model, '--text', wide.file);
    expect(status).toBe(1);
    expect(stderr).toContain('The file is UTF-16LE, not UTF-8.');
    expect(stderr).toContain('--encoding utf-16le');
    const { nats } = await evaluate(wide.model, '--text', wide.file, '--encoding', 'utf-16le');
    expect(nats).toBeCloseTo(await lossOf('ab “ba”\nbab a', wide.parameters), 5);
    const unknown = await run('evaluate', wide.model, '--text', wide.file, '--encoding', 'utf-61');
    expect(unknown.stderr).toContain('There is no encoding "utf-61" that can be read.');
    const plain = example('ab “ba” ab');
    const wrong = await run('evaluate', plain.model, '--text', plain.file, '--encoding', 'windows-1252');
    expect(wrong.stderr).toContain('The file is UTF-8, not windows-1252.\n  Leave out --encoding.');
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
