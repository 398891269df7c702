import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InputError } from '../../pipeline/base/errors.ts';
import { roundNumber } from '../../pipeline/base/round.ts';
import { publishCopy, publishFolder, writeArtifact } from '../../pipeline/files/publish.ts';
import { temporaryFolder } from '../temporary.ts';

describe('writeArtifact', () => {
  const schema = z.object({ hash: z.string(), values: z.array(z.number()), seed: z.int() });

  it('rounds what is measured to six significant digits and keeps integers', () => {
    const path = join(temporaryFolder(), 'cells', 'a.json');
    writeArtifact(path, schema, { seed: 1234567891, values: [1 / 3, -123456.789, 1e-9 / 7, 2], hash: '0.1234567891' });
    expect(readFileSync(path, 'utf8')).toBe(
      '{"hash":"0.1234567891","values":[0.333333,-123457,1.42857e-10,2],"seed":1234567891}',
    );
  });

  it('refuses a value that breaks the contract, names the place, and writes nothing', () => {
    const folder = temporaryFolder();
    const write = (values: number[]) => writeArtifact(join(folder, 'a'), schema, { seed: 1, values, hash: '' });
    expect(() => write([1, Number.NaN])).toThrow(/breaks its schema:[\s\S]*values\[1\]/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('roundNumber', () => {
  it('moves no number by more than half a unit of its sixth digit', () => {
    const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(number, (value) => {
        expect(Math.abs(roundNumber(value) - value)).toBeLessThanOrEqual(5.000001e-6 * Math.abs(value));
      }),
    );
  });
});

describe('publishFolder', () => {
  /** A folder of one file, under a name in `parent`. */
  function folderOf(parent: string, name: string, content: string): string {
    const folder = join(parent, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.html'), content);
    return folder;
  }
  const shown = (folder: string) => readFileSync(join(folder, 'index.html'), 'utf8');

  it('puts the new folder in the place of the old one and leaves neither beside it', () => {
    const parent = temporaryFolder();
    const to = folderOf(parent, 'dist', 'old');
    writeFileSync(join(to, 'gone.html'), '');
    publishFolder(folderOf(parent, 'new', 'new'), to);
    expect(shown(to)).toBe('new');
    expect(readdirSync(to)).toEqual(['index.html']);
    expect(readdirSync(parent)).toEqual(['dist']);
  });

  it('publishes where nothing was yet', () => {
    const parent = temporaryFolder();
    const to = join(parent, 'public', 'data');
    publishFolder(folderOf(parent, 'new', 'new'), to);
    expect(shown(to)).toBe('new');
  });

  it('keeps the old folder when there is no new one', () => {
    const parent = temporaryFolder();
    const to = folderOf(parent, 'dist', 'old');
    expect(() => publishFolder(join(parent, 'absent'), to)).toThrow(InputError);
    expect(() => publishCopy(join(parent, 'absent'), to)).toThrow(InputError);
    expect(shown(to)).toBe('old');
    expect(readdirSync(parent)).toEqual(['dist']);
  });

  it('publishes a copy and leaves what it copied', () => {
    const parent = temporaryFolder();
    const to = folderOf(parent, 'dist', 'old');
    const from = folderOf(parent, 'new', 'new');
    publishCopy(from, to);
    const elsewhere = join(parent, 'dist', 'public', 'data');
    publishCopy(from, elsewhere);
    expect([shown(to), shown(from), shown(elsewhere)]).toEqual(['new', 'new', 'new']);
    expect(readdirSync(parent)).toEqual(['dist', 'new']);
  });
});
