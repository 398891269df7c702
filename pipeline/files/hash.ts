import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { explainingFailure } from './failures.ts';
import { withFile } from './open.ts';

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
  const hash = createHash('sha256');
  withFile(path, ({ descriptor }) =>
    explainingFailure('read', path, () => {
      for (let read = readSync(descriptor, PIECE); read > 0; read = readSync(descriptor, PIECE)) {
        hash.update(PIECE.subarray(0, read));
      }
    }),
  );
  return hash.digest('hex');
}

/**
 * Paths of all files below a folder, relative to it, sorted by code unit: the same list on every machine. A folder that
 * links lead to is listed once, so that those that lead back to where they lie end.
 * @param links whether they are followed; else they are left out
 */
export function listFiles(folder: string, links = true): string[] {
  return filesBelow(folder, links, new Set()).sort();
}

function filesBelow(folder: string, links: boolean, entered: Set<string>): string[] {
  const real = realpathSync(folder);
  if (entered.has(real)) return [];
  entered.add(real);
  const names = readdirSync(folder).sort();
  return names.flatMap((name) => {
    const path = join(folder, name);
    const stats = links ? statSync(path) : lstatSync(path);
    if (stats.isDirectory()) return filesBelow(path, links, entered).map((file) => `${name}/${file}`);
    return stats.isSymbolicLink() ? [] : [name];
  });
}

/** One hash over the names and bytes of all files below a folder, or of one file. @param links see {@link listFiles} */
export function hashTree(path: string, links = true): string {
  return explainingFailure('read', path, () => {
    if (!statSync(path).isDirectory()) return hashFile(path);
    return hashContent(JSON.stringify(listFiles(path, links).map((file) => [file, hashFile(join(path, file))])));
  });
}
