import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../pipeline/base/errors.ts';
import { seededRandom } from '../../../../pipeline/base/random.ts';
import { readCheckpoint } from '../../../../pipeline/models/formats/tensorflow/checkpoint.ts';
import { crc32c } from '../../../../pipeline/models/formats/tensorflow/table.ts';
import { importModel } from '../../../../pipeline/models/open.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { mutatedBytes } from '../../mutated.ts';
import { expectReadOrRefused, tried } from '../../mutations.ts';

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

it('names and shapes that are changed, with a checksum that fits them, are read or refused', () => {
  const good = readFileSync(fixture('first-stacked/model.ckpt.index'));
  const folder = join(temporaryFolder(), 'model');
  cpSync(fixture('first-stacked'), folder, { recursive: true });
  const index = join(folder, 'model.ckpt.index');
  // The first block ends where its checksum begins: behind the number of its restarts and how it is packed.
  const length = good.indexOf(Buffer.from([1, 0, 0, 0, 0])) + 4;
  const random = seededRandom(7);
  let refused = 0;
  const count = tried(2000);
  for (let k = 0; k < count; k++) {
    const bytes = Buffer.from(good);
    mutatedBytes(good.subarray(0, length), random).copy(bytes, 0, 0, length);
    const crc = crc32c(bytes.subarray(0, length + 1));
    bytes.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, length + 1);
    writeFileSync(index, bytes);
    try {
      const { variables } = readCheckpoint(index);
      for (const variable of variables.values()) variable.read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      expect(error.message).not.toContain('a block differs');
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(count / 4);
  expect(refused).toBeLessThan(count);
});
