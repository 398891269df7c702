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
  for (const [k, content] of contents.entries()) await files.write(join(folder, `${k}.gz`), content);
  await files.finish();
  for (const [k, content] of contents.entries()) {
    const bytes = readFileSync(join(folder, `${k}.gz`));
    expect(bytes.equals(gzipSync(content, { level: 9 }))).toBe(true);
    expect(gunzipSync(bytes).toString()).toBe(content);
  }
});

it('says at the end what could not be written, if not before', async () => {
  const files = compressedFiles();
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, 'no folder');
  await files.write(join(file, 'a.gz'), 'text');
  await expect(files.finish()).rejects.toThrow(InputError);
});
