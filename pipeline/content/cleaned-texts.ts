// Texts as they are read, cleaned once: a library of novels takes a quarter of a minute, and every command needs it.
import { dirname, join } from 'node:path';
import { CACHE } from '../base/package.ts';
import { cleanText } from '../datasets/text/corpus.ts';
import { codeHashOf } from '../files/code.ts';
import { isFile, makeFolder, readText, writeAtomically } from '../files/files.ts';
import { hashContent } from '../files/hash.ts';

/** A shorter text is cleaned faster than one can tell. */
const WORTH_KEEPING = 200_000;

/** {@link cleanText}, remembered below the cache by the text and by the code that cleans it. */
export function cleanedText(raw: string): string {
  if (raw.length < WORTH_KEEPING) return cleanText(raw);
  const path = join(
    CACHE,
    'texts',
    `${hashContent(codeHashOf(import.meta.url, '../datasets/text/corpus.ts') + raw)}.txt`,
  );
  if (isFile(path)) return readText(path);
  const text = cleanText(raw);
  makeFolder(dirname(path));
  writeAtomically(path, text);
  return text;
}
