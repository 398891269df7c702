import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ActivationsOptions, openActivationsFile } from '../../pipeline/gallery/activations-file.ts';
import { expectReadOrRefused } from '../models/mutations.ts';
import { inputErrorOf, temporaryFolder } from '../temporary.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/activations/formats/${name}`, import.meta.url));
const text = fixture('text.txt');
const characters = [...readFileSync(text, 'utf8')];

/** What the script that made the files says of their units. */
let since = 0;
const EXPECTED = characters.map((character) => {
  since = character === ' ' ? 0 : since + 1;
  return [Number(character === ' '), since, Number(/\p{Lu}/u.test(character))];
});

/** All rows of h, read in two pieces. */
async function read(name: string, options: ActivationsOptions = { text }) {
  const activations = await openActivationsFile(fixture(name), options);
  try {
    const { layers, names, signals } = activations;
    const units = layers.reduce((sum, count) => sum + count, 0);
    const pieces = [activations.read('h', 0, 7), activations.read('h', 7, characters.length - 7)];
    const values = pieces.flatMap((piece) => [...piece]);
    const rows = characters.map((_, row) => values.slice(row * units, (row + 1) * units));
    return { layers, names, signals, rows };
  } finally {
    activations.close();
  }
}

const refusal = async (name: string, options: ActivationsOptions = { text }) =>
  (await inputErrorOf(openActivationsFile(fixture(name), options))).message;

describe('openActivationsFile', () => {
  it.each([
    ...['little-f2', 'big-f2', 'little-f4', 'big-f4', 'little-f8', 'big-f8', 'i1', 'little-i2', 'big-i4', 'little-i8'],
    ...['big-i8', 'u1', 'little-u2', 'fortran', 'batch-of-one'],
  ])('reads %s.npy, whose numbers are those of every other', async (name) => {
    expect(await read(`${name}.npy`)).toEqual({ layers: [3], names: null, signals: ['h'], rows: EXPECTED });
  });

  it('reads a list of numbers as one unit', async () => {
    expect((await read('one-unit.npy')).rows).toEqual(EXPECTED.map(([space]) => [space]));
  });

  it('takes several arrays as layers, numbered or by their names', async () => {
    const numbered = { layers: [1, 2], names: null, signals: ['h'], rows: EXPECTED };
    expect(await read('layers.npz')).toEqual(numbered);
    expect(await read('states.h5')).toEqual(numbered);
    const names = ['encoder 0', 'encoder 1', 'decoder 0'];
    expect(await read('named.npz', { text, datasets: ['encoder', 'decoder'] })).toMatchObject({
      names,
      rows: EXPECTED,
    });
    expect((await read('states.h5', { text, datasets: ['states2'] })).rows).toEqual(
      EXPECTED.map(([, ...rest]) => rest),
    );
  });

  it('takes arrays that are called as signals for these, and a text that is with them', async () => {
    expect(await read('with-text.npz', {})).toMatchObject({ signals: ['c', 'h'], rows: EXPECTED });
    expect(await read('half.h5')).toMatchObject({ signals: ['h'], rows: EXPECTED });
    expect((await read('several.h5', { datasets: ['states'] })).rows).toEqual(EXPECTED);
  });

  it('looks for the text beside the file, whatever its format', async () => {
    for (const name of ['u1.npy', 'layers.npz', 'states.h5']) {
      const folder = temporaryFolder();
      copyFileSync(fixture(name), join(folder, name));
      copyFileSync(text, join(folder, name.replace(/\.\w+$/, '.txt')));
      const activations = await openActivationsFile(join(folder, name));
      expect(activations.characters).toEqual(characters);
      activations.close();
    }
  });

  it.each([
    ['objects.npy', {}, 'Its values are objects of Python'],
    ['windows.npy', {}, 'array.reshape(-1, array.shape[-1])'],
    ['transposed.npy', { text }, 'save it transposed, as array.T'],
    ['several.h5', {}, 'It holds states [81, 3], word_ids [5, 2].\n  Say which are meant with --dataset'],
    ['named.npz', { text, datasets: ['nothing'] }, 'It holds no array "nothing".'],
    ['u1.npy', {}, 'Name its file with --text, put it into'],
  ])('says what is wrong with %s', async (name, options, says) => {
    expect(await refusal(name, options)).toContain(says);
  });

  it('says what a file of no such format is', async () => {
    const refusalOf = async (content: string, options = {}) => {
      const path = join(temporaryFolder(), 'states.npy');
      writeFileSync(path, Buffer.from(content, 'latin1'));
      return (await inputErrorOf(openActivationsFile(path, options))).message;
    };
    expect(await refusalOf('\x80\x04\x95abc')).toContain('It is a pickle of Python');
    expect(await refusalOf('')).toContain('It is empty: it has 0 bytes.');
    expect(await refusalOf('<!DOCTYPE html><p>')).toContain('It is an HTML page');
    expect(await refusalOf('version https://git-lfs.github.com/spec/v1\nsize 9728\n')).toContain(
      'It is a Git LFS pointer, not the file of 9728 bytes that it stands for.\n  Install git-lfs and run `git lfs pull`',
    );
  });
});

it.each([['big-f8.npy'], ['fortran.npy'], ['with-text.npz']])(
  'of %s with some bytes changed it reads every value, or refuses it',
  async (name) => {
    await expectReadOrRefused(readFileSync(fixture(name)), 2000, async (path) => {
      const activations = await openActivationsFile(path, { text });
      try {
        for (const signal of activations.signals) activations.read(signal, 0, activations.characters.length);
      } finally {
        activations.close();
      }
    });
  },
);
