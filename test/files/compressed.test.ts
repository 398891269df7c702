import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { compressedFiles } from '../../pipeline/files/compressed.ts';
import { temporaryFolder } from '../temporary.ts';

it('compresses many files as one after the other would', async () => {
  const folder = temporaryFolder();
  const files = compressedFiles();
  const contents = Array.from({ length: 40 }, (_, k) => `${k} `.repeat(1000 * (k % 7)));
  for (const [k, content] of contents.entries()) await files.write(join(folder, `${k}.gz`), [content], 'text');
  const sizes = await files.finish();
  for (const [k, content] of contents.entries()) {
    const bytes = readFileSync(join(folder, `${k}.gz`));
    expect(bytes.equals(gzipSync(content, { level: 9 }))).toBe(true);
    expect(gunzipSync(bytes).toString()).toBe(content);
    expect(sizes.get(join(folder, `${k}.gz`))).toEqual([bytes.length]);
  }
});

it('puts several parts into one file, of which each can be unpacked by itself', async () => {
  const file = join(temporaryFolder(), 'parts.gz');
  const files = compressedFiles();
  const parts = ['one\n', 'two\n', Uint8Array.from({ length: 500 }, (_, k) => k % 3)];
  await files.write(file, parts, 'values');
  const sizes = (await files.finish()).get(file)!;
  const bytes = readFileSync(file);
  expect(gunzipSync(bytes)).toEqual(Buffer.concat(parts.map((part) => Buffer.from(part))));
  expect(gunzipSync(bytes.subarray(sizes[0], sizes[0]! + sizes[1]!)).toString()).toBe('two\n');
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length);
});

it('says at the end what could not be written, if not before', async () => {
  const files = compressedFiles();
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, 'no folder');
  await files.write(join(file, 'a.gz'), ['words'], 'text');
  await expect(files.finish()).rejects.toThrow(InputError);
});
