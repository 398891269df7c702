import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { explainingFailure } from './files.ts';

/** Read into again and again: a build hashes thousands of small files. */
const PIECE = new Uint8Array(2 ** 22);

/** SHA-256 of bytes or text, in hexadecimal. */
export function hashContent(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * SHA-256 of a file's bytes, in hexadecimal, read piece by piece.
 * @throws {InputError} where it cannot be read
 */
export function hashFile(path: string): string {
  return explainingFailure('read', path, () => {
    const hash = createHash('sha256');
    const descriptor = openSync(path, 'r');
    try {
      for (let read = readSync(descriptor, PIECE); read > 0; read = readSync(descriptor, PIECE)) {
        hash.update(PIECE.subarray(0, read));
      }
    } finally {
      closeSync(descriptor);
    }
    return hash.digest('hex');
  });
}

/** Paths of all files below a folder, relative to it, sorted by code unit: the same list on every machine. */
export function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const below = entries.flatMap(({ name }) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listFiles(path).map((file) => `${name}/${file}`) : [name];
  });
  return below.sort();
}

/** One hash over the names and bytes of all files below a folder, or of one file. */
export function hashTree(path: string): string {
  return explainingFailure('read', path, () => {
    if (!statSync(path).isDirectory()) return hashFile(path);
    return hashContent(JSON.stringify(listFiles(path).map((file) => [file, hashFile(join(path, file))])));
  });
}
