// Good files with some bytes changed, which a reader must read or refuse.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { InputError } from '../../pipeline/base/errors.ts';
import { integerBelow, type Random, seededRandom } from '../../pipeline/base/random.ts';
import { temporaryFolder } from '../temporary.ts';

/** Bytes that lie about lengths, or end a text. */
const TELLING = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x22, 0x7b];

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  // another byte, in one place or in several
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    for (let left = 1 + integerBelow(4, random); left > 0; left--) {
      changed[integerBelow(bytes.length, random)] = integerBelow(256, random);
    }
    return changed;
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    changed[integerBelow(bytes.length, random)] = TELLING[integerBelow(TELLING.length, random)]!;
    return changed;
  },
  // a bit
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    changed[integerBelow(bytes.length, random)]! ^= 1 << integerBelow(8, random);
    return changed;
  },
  // the end is missing
  (bytes, random) => bytes.subarray(0, integerBelow(bytes.length, random)),
  // a piece is missing, or is there twice
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  // a piece stands elsewhere
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    const changed = Buffer.from(bytes);
    bytes.copy(changed, integerBelow(bytes.length, random), from, to);
    return changed;
  },
];

function range(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = integerBelow(bytes.length, random);
  return [from, Math.min(bytes.length, from + 1 + integerBelow(64, random))];
}

/** Some bytes of a good file changed, missing, there twice or elsewhere. */
export function mutatedBytes(good: Buffer, random: Random): Buffer {
  return MUTATIONS[integerBelow(MUTATIONS.length, random)]!(good, random);
}

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
