import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSeries } from '../../pipeline/datasets/series/csv.ts';
import { readText } from '../../pipeline/files/files.ts';
import { openActivationsFile } from '../../pipeline/gallery/activations-file.ts';
import { importModel, openModel } from '../../pipeline/models/open.ts';
import { inputError, inputErrorOf, temporaryFolder } from '../temporary.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));
const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 409080\n';
const ANNEX = '/annex/objects/SHA256E-s409080--4d7a.h5\n';

function fileOf(content: string | Uint8Array, name = 'model.h5'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
  return path;
}

/** What is said of a file in the place of a model, without the path in front. */
const saidOf = async (content: string | Uint8Array, name?: string) => {
  const { what, fix } = await inputErrorOf(importModel(fileOf(content, name)));
  return `${what} ${fix}`;
};

const tar = () => {
  const bytes = Buffer.alloc(1024);
  bytes.write('model.h5');
  bytes.write('ustar', 257);
  return bytes;
};

describe('a file that is no model', () => {
  it.each([
    ['a pointer of Git LFS', LFS, 'It is a Git LFS pointer, not the file of 409080 bytes', '`git lfs pull`'],
    ['a pointer of git-annex', ANNEX, 'It is a git-annex pointer', '`git annex get`'],
    ['a web page', '\n<!DOCTYPE html>\n<html>', 'It is an HTML page', 'Download the file itself'],
    ['nothing', '', 'It is empty: it has 0 bytes.', 'Save or fetch it again.'],
    ['packed with gzip', gzipSync('a'), 'It is packed with gzip.', '`gunzip`'],
    ['a tar archive', tar(), 'It is a tar archive.', '`tar xf`'],
    ['a file of MATLAB', 'MATLAB 5.0 MAT-file, Platform', 'It is a MATLAB file.', 'scipy.io.loadmat'],
    ['an array of NumPy', '\x93NUMPY\x01\0', 'It is an array of NumPy', 'model.set_weights'],
    [
      'a pickled Keras model',
      '\x80\x04\x95\0ckeras.src.models\nSequential',
      'It is a Keras model that was pickled',
      'model.save(',
    ],
    [
      'a pickled scaler',
      '\x80\x03csklearn.preprocessing\nMinMaxScaler',
      'scikit-learn, which has no LSTM',
      'the network itself',
    ],
    [
      'a list of arrays',
      '\x80\x03cnumpy.core.multiarray\n_reconstruct',
      'It is a pickle of NumPy arrays',
      'joblib.load',
    ],
    ['a GGUF file', 'GGUF\x03\0\0\0', 'It is a GGUF file', 'LSTM layers'],
  ])('but %s is called that, with what to do', async (_, content, what, fix) => {
    const said = await saidOf(content);
    expect(said).toContain(what);
    expect(said).toContain(fix);
    expect(said).not.toContain('damaged');
  });

  it('and a link of git-annex that leads nowhere is not said to be missing', async () => {
    const link = join(temporaryFolder(), 'model.h5');
    symlinkSync('.git/annex/objects/Xx/Yy/SHA256E-s4--0.h5', link);
    const error = await inputErrorOf(openModel(link, 'content'));
    expect(error.message).toContain('It is a link of git-annex to a file that was not fetched.');
  });
});

describe('a folder that is no model', () => {
  const folderOf = (...names: string[]) => {
    const folder = join(temporaryFolder(), 'saved');
    mkdirSync(folder);
    for (const name of names) writeFileSync(join(folder, name), 'x');
    return folder;
  };

  it.each([
    ['is empty', [], 'The folder is empty.'],
    ['holds the file that is meant', ['config.json', 'model.safetensors'], 'Give the file itself, such as'],
    ['holds parts', ['model-00001-of-00002.safetensors'], 'The model is divided among several files'],
    ['holds anything else', ['notes.txt'], 'It is a folder without a model in it. It holds notes.txt.'],
  ])('is told what it holds, where it %s', async (_, names, says) => {
    const error = await inputErrorOf(openModel(folderOf(...names), 'content'));
    expect(error.message).toContain(says);
    expect(error.message).not.toContain('no such file');
  });
});

it('a layer without arrays was saved before it was built, and its file is not damaged', async () => {
  const { message } = await inputErrorOf(importModel(fixture('keras/never-built.h5')));
  expect(message).toContain('The layer has no arrays (0): the model was saved before it was built or trained.');
  expect(message).not.toContain('damaged');
});

describe('whatever is read', () => {
  it('is called a pointer of Git LFS where it is one', async () => {
    for (const read of [readText, (path: string) => readSeries(path)]) {
      expect(inputError(() => read(fileOf(LFS, 'data.csv'))).what).toContain('It is a Git LFS pointer');
    }
    for (const name of ['states.npy', 'states.safetensors', 'states.h5']) {
      const error = await inputErrorOf(openActivationsFile(fileOf(LFS, name)));
      expect(error.what).toContain('It is a Git LFS pointer');
    }
  });

  it('is no text where it is something else', () => {
    const refused = (content: string | Uint8Array) => inputError(() => readText(fileOf(content, 'text.txt'))).what;
    expect(refused(gzipSync('a'.repeat(500)))).toBe('It is packed with gzip.');
    expect(refused('PK\x03\x04\x14\0\0\0')).toBe('It is a zip archive, no text.');
    expect(refused('\x89HDF\r\n\x1a\n\0\0')).toBe('It is an HDF5 file, no text.');
    // A page may be what is to be read.
    expect(readText(fileOf('<!DOCTYPE html><p>Alice', 'text.txt'))).toContain('Alice');
    expect(inputError(() => readSeries(fileOf('<!DOCTYPE html><p>1,2', 'data.csv'))).what).toContain('an HTML page');
  });
});

const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const hasIconv = has('iconv', '--version');
const hasNumpy = has('python3', '-c', 'import numpy');

describe('advice, when it is taken', () => {
  it.skipIf(!hasIconv).each([
    ['UTF-16LE', Buffer.from('\uFEFFÜber den Wolken\n', 'utf16le')],
    ['UTF-16LE', Buffer.from('Over the clouds it is always bright\n', 'utf16le')],
    ['UTF-16BE', Buffer.from('Over the clouds it is always bright\n', 'utf16le').swap16()],
    ['Windows-1252', Buffer.from('Das Stra\xdfenfest f\xe4llt aus, sagte er \x93leise\x94.\n', 'latin1')],
    ['Shift-JIS', Buffer.from('82b182ea82cd83658358836782c582b70a', 'hex')],
    ['Windows-1251', Buffer.from('efeee3eee4e020f1e5e3eee4edff20f5eef0eef8e0ff0a', 'hex')],
    ['UTF-8', Buffer.concat([Buffer.from('Über alle Maßen schön\n'), Buffer.of(0xff)])],
  ])('makes UTF-8 of a text in %s', (encoding, bytes) => {
    const path = fileOf(bytes, 'text.txt');
    const { fix } = inputError(() => readText(path, { told: '--encoding ' }));
    expect(fix).toContain(encoding);
    const [, args] = /iconv ([-\w ]+UTF-8)/.exec(fix.slice(fix.indexOf('iconv')))!;
    const converted = spawnSync('iconv', [...args!.trim().split(' '), path]).stdout;
    const [, label] = /--encoding ([\w-]+)/.exec(fix) ?? [];
    expect(label === undefined).toBe(encoding === 'UTF-8');
    if (label !== undefined)
      expect(readText(path, { encoding: label })).toBe(converted.toString().replace(/^\uFEFF/, ''));
    const again = join(temporaryFolder(), 'text.txt');
    writeFileSync(again, converted);
    expect(readText(again)).toMatch(/Wolken|clouds|Straßenfest fällt aus|これ|погода|alle Maßen/);
  });

  it.skipIf(!hasIconv)('can be typed as it stands', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "the king's.txt"), Buffer.from('Das Stra\xdfenfest f\xe4llt aus.\n', 'latin1'));
    const { fix } = inputError(() => readText(join(folder, "the king's.txt")));
    const [, command] = /(iconv .* > .*)\.$/.exec(fix)!;
    expect(spawnSync('sh', ['-c', command!], { cwd: folder }).status).toBe(0);
    expect(readText(join(folder, "the king's-utf8.txt"))).toContain('Straßenfest fällt');
  });

  it.skipIf(!hasNumpy)('makes a file that is read of an array of NumPy and of a pickle', async () => {
    const folder = temporaryFolder();
    const python = (code: string) => execFileSync('python3', ['-c', code], { cwd: folder, encoding: 'utf8' });
    /** The lines of a message that are Python. */
    const lines = (fix: string) =>
      fix
        .split('\n')
        .slice(1)
        .map((line) => line.trim())
        .join('\n');
    python('import numpy; numpy.save("data.npy", numpy.ones((3, 2)))');
    const table = inputError(() => readSeries(join(folder, 'data.npy')));
    python(table.fix.slice(table.fix.indexOf('import')));
    expect([...readSeries(join(folder, 'data.csv')).series[0]!.values]).toEqual([1, 1, 1, 1, 1, 1]);
    python('import pickle, numpy; pickle.dump(numpy.ones((3, 2)), open("states.pkl", "wb"))');
    const pickled = await inputErrorOf(openActivationsFile(join(folder, 'states.pkl')));
    python(lines(pickled.fix));
    writeFileSync(join(folder, 'states.txt'), 'abc');
    const activations = await openActivationsFile(join(folder, 'states.npy'));
    expect([...activations.read('h', 0, 3)]).toEqual([1, 1, 1, 1, 1, 1]);
    activations.close();
  });

  it('in Python is Python, as far as it can be read without the library that it names', async () => {
    const fixes = [
      await saidOf('MATLAB 5.0 MAT-file, Platform'),
      await saidOf('MATLAB 7.3 MAT-file, Platform'),
      await saidOf('\x93NUMPY\x01\0'),
      await saidOf('\x80\x03cnumpy.core.multiarray\n_reconstruct'),
      await saidOf('\x80\x04ckeras.src.models\nSequential'),
    ];
    for (const fix of fixes) {
      const code = fix
        .split('\n')
        .slice(1)
        .map((line) => line.trim())
        .join('\n');
      expect(code).toContain('import');
      if (has('python3', '--version')) {
        execFileSync('python3', ['-c', 'import ast, sys; ast.parse(sys.argv[1])', code]);
      }
    }
  });
});
