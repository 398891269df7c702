import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { readBeginning, readBytes, readTableText, readText } from '../../pipeline/files/files.ts';
import { hashFile, hashTree, listFiles } from '../../pipeline/files/hash.ts';
import { writeNewFiles } from '../../pipeline/files/new-files.ts';
import { openNpy } from '../../pipeline/files/numpy.ts';
import { fileBelow, openRegular } from '../../pipeline/files/open.ts';
import { readSafetensors } from '../../pipeline/files/safetensors.ts';
import { openActivations } from '../../pipeline/gallery/activations-file.ts';
import { openModel } from '../../pipeline/models/open.ts';
import { inputError, inputErrorOf, temporaryFolder } from '../temporary.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

describe('what is no regular file', () => {
  const pipe = (): string => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    return path;
  };
  const READERS: Readonly<Record<string, (path: string) => unknown>> = {
    readBytes,
    readBeginning: (path) => readBeginning(path, 8),
    readText,
    readTableText,
    hashFile,
    openNpy,
    readSafetensors,
    copying: (path) => writeNewFiles([{ path: join(temporaryFolder(), 'copy'), copyOf: path }]),
  };

  it.each(Object.keys(READERS))('is refused by %s without reading a byte or waiting for one', (name) => {
    expect(inputError(() => READERS[name]!('/dev/zero')).what).toBe(
      'Cannot read it: it is a device, not a file on a disk.',
    );
    expect(inputError(() => READERS[name]!(pipe())).what).toBe('Cannot read it: it is a pipe, not a file on a disk.');
  });

  it('is refused as a model too, and a folder as a file', async () => {
    expect((await inputErrorOf(openModel('/dev/zero', 'content'))).what).toMatch(/it is a device/);
    expect(inputError(() => readBytes('/dev')).message).toMatch(/^\/dev: Cannot read it: it is a folder\./);
  });
});

describe('openRegular', () => {
  it('refuses a file that is larger than it may be, by its size alone', () => {
    const path = join(temporaryFolder(), 'large');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40);
    expect(inputError(() => openRegular(path, 1000)).what).toBe(
      'It has 1,099,511,627,776 bytes, and at most 1,000 of such a file are read.',
    );
    expect(inputError(() => readBytes(path)).what).toMatch(/at most 2,147,483,647/);
    expect(inputError(() => readText(path)).what).toMatch(/at most 536,870,888/);
  });
});

describe('fileBelow', () => {
  const places = () => {
    const root = temporaryFolder();
    const folder = join(root, 'model');
    mkdirSync(join(folder, 'below'), { recursive: true });
    writeFileSync(join(root, 'secret'), 'secret');
    writeFileSync(join(folder, 'below', 'weights'), 'weights');
    return { root, folder };
  };

  it('finds what lies in the folder or below it, where links lead too', () => {
    const { folder } = places();
    symlinkSync('below', join(folder, 'other'));
    symlinkSync(join('other', 'weights'), join(folder, 'link'));
    for (const name of ['below/weights', 'other/weights', 'link', './below/../link']) {
      expect(readText(fileBelow(folder, name))).toBe('weights');
    }
  });

  it.each(['../secret', '/etc/passwd', '..', '.', '', 'below/../../secret', 'a\0b'])('refuses the path %j', (name) => {
    const { folder } = places();
    const error = inputError(() => fileBelow(folder, name));
    expect(error.what).toMatch(/^It names the file .*, which does not lie beside it\.$/);
  });

  it.each([
    ['a link to a file', '../secret', 'link'],
    ['a link to a folder', '..', 'link/secret'],
    ['a link to a device', '/dev/zero', 'link'],
  ])('refuses %s that leads out of the folder', (_, target, name) => {
    const { folder } = places();
    symlinkSync(target, join(folder, 'link'));
    expect(inputError(() => fileBelow(folder, name)).what).toMatch(/it is a link that leads out of the folder\.$/);
  });

  it('says of a link that leads to itself that it does', () => {
    const { folder } = places();
    symlinkSync('link', join(folder, 'link'));
    expect(inputError(() => fileBelow(folder, 'link')).what).toBe('Cannot read it: its links lead to themselves.');
  });
});

describe('a folder with links that lead back into it', () => {
  const looped = () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'a', 'file'), '1');
    // Followed as they stand, these lead to 2⁴⁰ folders before the system ends it.
    for (const name of ['a', 'b']) for (const link of ['up', 'on']) symlinkSync('..', join(folder, name, link));
    return folder;
  };

  it('is listed to its end', () => {
    const folder = looped();
    expect(listFiles(folder)).toEqual(['a/file']);
    symlinkSync('/', join(folder, 'root'));
    expect(listFiles(folder, false)).toEqual(['a/file']);
  });

  it('has the hash of its own files alone, where links are left out', () => {
    const [folder, plain] = [looped(), temporaryFolder()];
    mkdirSync(join(plain, 'a'));
    writeFileSync(join(plain, 'a', 'file'), '1');
    expect(hashTree(folder, false)).toBe(hashTree(plain));
  });
});

/** Models whose files lie in a folder, and those of their files that others name or imply. */
const PARTS: readonly (readonly [model: string, folder: string, opened: string, part: string])[] = [
  ['ONNX', 'onnx', 'dynamo-characters.onnx', 'dynamo-characters.data'],
  ['ml5', 'ml5/two-cells', '', 'embedding'],
  ['ml5', 'ml5/two-cells', '', 'vocab.json'],
  ['ml5', 'ml5/two-cells', '', 'manifest.json'],
  ['TensorFlow.js', 'tfjs/characters', '', 'model.json'],
  ['TensorFlow.js', 'tfjs/characters', 'model.json', 'group1-shard2of5.bin'],
  ['TensorFlow', 'tensorflow/checkpoint-subclassed', '', 'weights.data-00000-of-00001'],
  ['TensorFlow', 'tensorflow/checkpoint-subclassed', '', 'weights.index'],
  ['TensorFlow', 'tensorflow/saved-model-both-ways', '', 'keras_metadata.pb'],
  ['TensorFlow', 'tensorflow/saved-model-both-ways', '', 'variables/variables.index'],
];

describe('a part of a model that is a link out of its folder', () => {
  it.each(PARTS)('is not read, of %s: %s %s %s', async (_, from, opened, part) => {
    const root = temporaryFolder();
    const folder = join(root, 'model');
    cpSync(fixture(from), folder, { recursive: true });
    const options = { assumeStack: true } as const;
    const open = () => openModel(join(folder, opened), 'content', from.includes('checkpoint') ? options : {});
    const { parameters } = await open();
    // Elsewhere in the same folder it is the same model.
    mkdirSync(join(folder, 'kept'));
    renameSync(join(folder, part), join(folder, 'kept', 'part'));
    symlinkSync(join(folder, 'kept', 'part'), join(folder, part));
    expect((await open()).parameters).toEqual(parameters);
    rmSync(join(folder, part));
    renameSync(join(folder, 'kept', 'part'), join(root, 'part'));
    symlinkSync(join(root, 'part'), join(folder, part));
    expect((await inputErrorOf(open())).what).toMatch(/a link that leads out of the folder/);
  });
});

describe('the text of activations', () => {
  it('is not taken from elsewhere through a link beside them', () => {
    const root = temporaryFolder();
    const file = join(root, 'model', 'states.safetensors');
    mkdirSync(join(root, 'model'));
    const header = Buffer.from(JSON.stringify({ h: { dtype: 'F32', shape: [6, 1], data_offsets: [0, 24] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(file, Buffer.concat([length, header, Buffer.alloc(24)]));
    writeFileSync(join(root, 'secret'), 'secret');
    symlinkSync('../secret', join(root, 'model', 'states.txt'));
    expect(inputError(() => openActivations(file)).what).toMatch(/"states\.txt", which does not lie beside it/);
    rmSync(join(root, 'model', 'states.txt'));
    writeFileSync(join(root, 'model', 'states.txt'), readFileSync(join(root, 'secret')));
    expect(() => openActivations(file).close()).not.toThrow(InputError);
  });
});
