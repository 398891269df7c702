// Files that are compressed by other threads while this one goes on.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { writeAtomically } from './files.ts';

/** As many are compressed at once, or wait to be: what is to be written must not pile up in memory. */
const MOST_PENDING = 8;

const compress = promisify(gzip);

export interface CompressedFiles {
  /** Returns once there is room for another. @throws {InputError} a file before it could not be written */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** Returns once all are written. @throws {InputError} one of them could not be */
  finish(): Promise<void>;
}

/** They are as every gzip reader and a browser's `DecompressionStream` understand them: the same bytes for the same content. */
export function compressedFiles(): CompressedFiles {
  const pending = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const throwFailure = () => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    async write(path, content) {
      while (pending.size >= MOST_PENDING) await Promise.race(pending);
      throwFailure();
      const file = compress(content, { level: 9 })
        .then((bytes) => writeAtomically(path, bytes, { flush: false }))
        .catch((error: unknown) => void failures.push(error))
        .finally(() => pending.delete(file));
      pending.add(file);
    },
    async finish() {
      await Promise.all(pending);
      throwFailure();
    },
  };
}
