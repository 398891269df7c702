// Files that are compressed by other threads while this one goes on.
import { promisify } from 'node:util';
import { constants, deflateSync, gzip } from 'node:zlib';
import { writeAtomically } from './files.ts';

/** As many are compressed at once, or wait to be: what is to be written must not pile up in memory. */
const MOST_PENDING = 8;

const compress = promisify(gzip);

/** Text, in which the same words come again; or values, in which small ones are frequent. */
export type Content = 'text' | 'values';

const SETTINGS = {
  text: { level: 9 },
  values: { level: 9, memLevel: 9, strategy: constants.Z_FILTERED },
} as const;

export interface CompressedFiles {
  /**
   * Returns once there is room for another.
   * @param parts each is compressed by itself; a reader may take one of them, or the file as a whole, which is all parts one after another
   * @throws {InputError} a file before it could not be written
   */
  write(path: string, parts: readonly (Uint8Array | string)[], content: Content): Promise<void>;
  /** Returns once all are written, with the sizes of each file's parts. @throws {InputError} one of them could not be */
  finish(): Promise<ReadonlyMap<string, readonly number[]>>;
}

/** They are as every gzip reader and a browser's `DecompressionStream` understand them: the same bytes for the same content. */
export function compressedFiles(): CompressedFiles {
  const pending = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const sizes = new Map<string, readonly number[]>();
  const throwFailure = () => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    async write(path, parts, content) {
      while (pending.size >= MOST_PENDING) await Promise.race(pending);
      throwFailure();
      const file = Promise.all(parts.map((part) => compress(part, SETTINGS[content])))
        .then((members) => {
          sizes.set(
            path,
            members.map(({ length }) => length),
          );
          writeAtomically(path, Buffer.concat(members), { flush: false });
        })
        .catch((error: unknown) => void failures.push(error))
        .finally(() => pending.delete(file));
      pending.add(file);
    },
    async finish() {
      await Promise.all(pending);
      throwFailure();
      return sizes;
    },
  };
}

/** Values in a few bytes, as a browser's `DecompressionStream('deflate')` unpacks them. */
export const deflated = (values: Uint8Array): Buffer => deflateSync(values, SETTINGS.values);
