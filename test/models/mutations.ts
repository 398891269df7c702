// Good files with some bytes changed, which a reader must read or refuse.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { seededRandom } from '../../pipeline/base/random.ts';
import { temporaryFolder } from '../temporary.ts';
import { MUTATIONS } from './mutated.ts';

/** Of all mutations so many are tried by every run of the tests; MUTATIONS=all tries the rest too, which takes minutes. */
const EVERY_RUN = 0.25;

/** How many of so many mutations are tried. */
export const tried = (count: number): number =>
  process.env.MUTATIONS === 'all' ? count : Math.ceil(EVERY_RUN * count);

/**
 * Hands mutations of a good file to a reader, one at a time.
 * @param count of all that there are, see {@link tried}
 * @param read may throw an InputError, and nothing else
 * @throws where all were read or all refused, for then nothing was tried
 */
export async function expectReadOrRefused(
  good: Buffer,
  count: number,
  read: (path: string) => Promise<void>,
): Promise<void> {
  const random = seededRandom(count + good.length);
  const path = join(temporaryFolder(), 'mutated');
  let refused = 0;
  for (let k = 0; k < tried(count); k++) {
    const bytes = MUTATIONS[k % MUTATIONS.length]!(good, random);
    writeFileSync(path, bytes);
    try {
      await read(path);
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw new Error(`Mutation ${k} was neither read nor refused: ${bytes.toString('base64')}`, { cause: error });
      }
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(tried(count));
}
