// A place that several machines share, for what they hand on to each other: files under names, each there whole or not at
// all. Whoever reads one proves it; one that is damaged is as good as missing, and made anew in its place.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { makeFolder, requireWritable } from './files.ts';

export interface Store {
  /** What a person calls it. */
  readonly place: string;
  /** A path at which the item can be read; undefined where it is not there. */
  find(name: string): Promise<string | undefined>;
  /**
   * @param write is given a path, where it lets a file appear when it is whole, in the place of any that was there
   * @throws {InputError} a store that cannot be written to, or that loses what was written
   */
  put(name: string, write: (path: string) => void): Promise<void>;
}

/** Lower-case letters, digits, dots and hyphens, in folders: the same names for every kind of store. */
const NAME = /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/;

/** A folder that all machines see. @throws {InputError} one that cannot be made or written to */
export function folderStore(folder: string): Store {
  makeFolder(folder);
  requireWritable(folder);
  const pathOf = (name: string) => {
    if (!NAME.test(name)) throw new RangeError(`"${name}" is no name of a store.`);
    return join(folder, name);
  };
  return {
    place: folder,
    async find(name) {
      const path = pathOf(name);
      return existsSync(path) ? path : undefined;
    },
    async put(name, write) {
      const path = pathOf(name);
      write(path);
      if (existsSync(path)) return;
      throw new InputError(
        'It was written and given its name, and is not there.',
        { file: path },
        'Use a store that keeps what is renamed.',
      );
    },
  };
}

/**
 * Opens an item that is there and whole.
 * @param open throws an {@link InputError} where it is not what was written
 * @param say told of an item that is there and not whole
 * @returns undefined where it is not there, or not whole
 */
export async function openWhole<T>(
  store: Store,
  name: string,
  open: (path: string) => T,
  say: (line: string) => void,
): Promise<T | undefined> {
  const path = await store.find(name);
  if (path === undefined) return undefined;
  try {
    return open(path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    say(`${path} is made anew: ${error.what}`);
    return undefined;
  }
}
