import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isModelPath, recogniseFormat } from '../../pipeline/models/formats.ts';
import { inputError, temporaryFolder } from '../temporary.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));
const model = fileURLToPath(new URL('../../content/models/alice', import.meta.url));

describe('recogniseFormat', () => {
  it.each([
    ['keras/keras2-stateful.h5', 'keras-hdf5'],
    ['keras/keras3-stateful.keras', 'keras-archive'],
    ['pytorch/one-layer.safetensors', 'safetensors'],
    ['pytorch/zip.pt', 'pickle'],
    ['pytorch/pickle.pt', 'pickle'],
    ['tfjs/stateful', 'tfjs'],
    ['tfjs/stateful/model.json', 'tfjs'],
  ] as const)('knows %s for %s', (path, format) => {
    expect(recogniseFormat(fixture(path))).toBe(format);
  });

  it('knows a model of this project by its card', () => {
    expect(recogniseFormat(model)).toBe('cellarium');
    expect(recogniseFormat(join(model, 'card.md'))).toBe('cellarium');
    expect(recogniseFormat(join(model, 'model.safetensors'))).toBe('safetensors');
  });

  it('goes by what is in a file before it goes by its name', () => {
    const path = join(temporaryFolder(), 'model.onnx');
    writeFileSync(path, Buffer.from('\x89HDF\r\n\x1a\n and more', 'latin1'));
    expect(recogniseFormat(path)).toBe('keras-hdf5');
    writeFileSync(path, Buffer.concat([Buffer.alloc(512), Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')]));
    expect(recogniseFormat(path)).toBe('keras-hdf5');
    writeFileSync(path, 'neither');
    expect(recogniseFormat(path)).toBe('onnx');
  });

  it.each([0x0280, 0x08, 0x7b, 0x04034b50])(
    'knows safetensors whatever the length of their header, %i bytes',
    (length) => {
      const path = join(temporaryFolder(), 'model');
      const bytes = Buffer.from('01234567{"a":1}');
      bytes.writeBigUInt64LE(BigInt(length));
      writeFileSync(path, bytes);
      expect(recogniseFormat(path)).toBe('safetensors');
    },
  );

  it('knows ml5 by its manifest, as a folder and as a file', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'manifest.json'), '{}');
    expect(recogniseFormat(folder)).toBe('ml5');
    expect(recogniseFormat(join(folder, 'manifest.json'))).toBe('ml5');
  });

  it('names the kinds that there are where a file or folder is none of them', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'notes.txt');
    for (const content of ['Alice was beginning to get very tired', '\u0000\u0001']) {
      writeFileSync(path, content);
      const error = inputError(() => recogniseFormat(path));
      expect(error.what).toBe('It is not a model of a known kind.');
      expect(error.fix).toMatch(/Keras.*PyTorch.*ONNX.*TensorFlow\.js.*ml5/s);
    }
    expect(inputError(() => recogniseFormat(folder)).what).toMatch(/^It is a folder without a model in it/);
    expect(inputError(() => recogniseFormat(join(folder, 'absent.h5'))).what).toContain('no such file');
  });
});

describe('isModelPath', () => {
  it('is true of any file and of a folder that holds a model', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'file'), '');
    expect(isModelPath(model)).toBe(true);
    expect(isModelPath(join(folder, 'file'))).toBe(true);
    expect(isModelPath(join(folder, 'empty'))).toBe(false);
    expect(isModelPath(join(folder, 'absent'))).toBe(false);
  });
});
