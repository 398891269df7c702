import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { importModel } from '../../../../pipeline/models/open.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { expectReadOrRefused } from '../../mutations.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../../../fixtures/tensorflow/${path}`, import.meta.url));

describe('of good files with some bytes changed', () => {
  it.each([
    ['the index of a checkpoint', 'first-stacked/model.ckpt.index'],
    ['the numbers of a checkpoint', 'given/checkpoint/model.ckpt.data-00000-of-00001'],
    ['the description of a SavedModel', 'saved-model-both-ways/keras_metadata.pb'],
  ])('%s is read or refused', async (_, path) => {
    const [, folderName, inner] = /^(.*?)\/([^/]*)$/.exec(path)!;
    const folder = join(temporaryFolder(), 'model');
    mkdirSync(folder);
    cpSync(fixture(folderName!), folder, { recursive: true });
    await expectReadOrRefused(readFileSync(fixture(path)), 2000, async (mutated) => {
      cpSync(mutated, join(folder, inner!));
      await importModel(folder);
    });
  });

  it.each(['frozen.pb', 'lstm.tflite', 'dynamic-range.tflite'])('%s is read or refused', async (name) => {
    await expectReadOrRefused(readFileSync(fixture(name)), 2000, async (mutated) => {
      const path = `${mutated}.${name.split('.').at(-1)}`;
      cpSync(mutated, path);
      await importModel(path);
    });
  });
});
