// Good models of several files, one of them changed, which a reader must read or refuse.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { mixedRandom } from '../../pipeline/base/random.ts';
import { temporaryFolder } from '../temporary.ts';
import { choose, mutatedBytes, mutatedJson } from './mutated.ts';

const MEMORY = 2 ** 30;

/**
 * Hands mutations of a good folder to a reader, one at a time: half of them change a value in a JSON file, the others
 * bytes of any file.
 * @param read may throw an InputError, and nothing else; nor may it take a gigabyte
 */
export async function expectFolderReadOrRefused(
  good: string,
  count: number,
  read: (folder: string) => Promise<void>,
): Promise<void> {
  const files = readdirSync(good).map((name) => ({ name, bytes: readFileSync(join(good, name)) }));
  const documents = files.filter(({ name }) => name.endsWith('.json'));
  const folder = join(temporaryFolder(), 'model');
  mkdirSync(folder);
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  const before = process.memoryUsage.rss();
  let refused = 0;
  for (let seed = 0; seed < count; seed++) {
    const random = mixedRandom(seed);
    const isDocument = seed % 2 === 0;
    const { name, bytes } = choose(isDocument ? documents : files, random);
    const path = join(folder, name);
    const changed = isDocument
      ? JSON.stringify(mutatedJson(JSON.parse(bytes.toString()), random))
      : mutatedBytes(bytes, random);
    writeFileSync(path, changed);
    try {
      await read(folder);
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw new Error(`Mutation ${seed}, of ${name}, was neither read nor refused`, { cause: error });
      }
      refused += 1;
    }
    expect(process.memoryUsage.rss() - before, `mutation ${seed}`).toBeLessThan(MEMORY);
    writeFileSync(path, bytes);
  }
  expect(refused).toBeGreaterThan(count / 4);
  expect(refused).toBeLessThan(count);
}
