// The one place where files are opened to be read. What is opened is a regular file, whose size is known before a byte of
// it is read; and where a file or a folder names it, it lies in that folder, links followed.
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../base/errors.ts';
import { explainingFailure } from './failures.ts';

export interface OpenFile {
  readonly size: number;
  readonly descriptor: number;
  /**
   * The bytes from a position on, which whoever asks knows to be there.
   * @throws {InputError} a file that has become shorter, or cannot be read
   */
  read(position: number, length: number): Uint8Array<ArrayBuffer>;
  close(): void;
}

/** The system reads less than 2 GiB at once. */
const LARGEST_READ = 2 ** 30;

/** A pipe or a device would let its opener wait until somebody writes to it. Windows has no such thing. */
const AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file; what opened it closes it, or the reader that it is handed to.
 * @param largest bytes that it may have
 * @throws {InputError} what is not there, cannot be read, is no regular file, or is larger
 */
export function openRegular(path: string, largest = Number.POSITIVE_INFINITY): OpenFile {
  const descriptor = explainingFailure('read', path, () => openSync(path, AT_ONCE));
  try {
    const stats = explainingFailure('read', path, () => fstatSync(descriptor));
    refuseIrregular(stats, path);
    const { size } = stats;
    if (size > largest) {
      const what = `It has ${size.toLocaleString('en')} bytes, and at most ${largest.toLocaleString('en')} of such a file are read.`;
      throw new InputError(what, { file: path }, 'Check that it is the file that was meant.');
    }
    return {
      size,
      descriptor,
      read: (position, length) => explainingFailure('read', path, () => readRange(descriptor, position, length, path)),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Hands an open file to a reader, and closes it whatever happens. @throws {InputError} as {@link openRegular} */
export function withFile<T>(path: string, use: (file: OpenFile) => T, largest?: number): T {
  const file = openRegular(path, largest);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

function refuseIrregular(stats: Stats, file: string): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new InputError('Cannot read it: it is a folder.', { file }, 'Name a file.');
  const is = stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device';
  const fix = 'Write what comes out of it to a file first, and give that.';
  throw new InputError(`Cannot read it: it is ${is}, not a file on a disk.`, { file }, fix);
}

function readRange(descriptor: number, position: number, length: number, path: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const read = readSync(descriptor, bytes, done, Math.min(length - done, LARGEST_READ), position + done);
    if (read === 0) {
      const fix = 'Wait until it is written, or fetch it again.';
      throw new InputError('It became shorter while it was read.', { file: path }, fix);
    }
    done += read;
  }
  return bytes;
}

/**
 * The path of a file that lies in a folder or below it, wherever links in that path lead.
 * @param by the file that names it, for messages; the folder itself where it is there by its own name
 * @throws {InputError} a path that leads elsewhere, or to no file
 */
export function fileBelow(folder: string, name: string, by = folder): string {
  const from = resolve(folder);
  const path = resolve(from, name);
  if (name.includes('\0') || !isBelow(from, path)) {
    throw new InputError(
      `It names the file ${JSON.stringify(name)}, which does not lie beside it.`,
      { file: by },
      'Put all files of the model into one folder, and name them without "..".',
    );
  }
  const real = (path: string) => explainingFailure('read', path, () => realpathSync(path));
  if (isBelow(real(from), real(path))) return join(folder, name);
  throw new InputError(
    `It names the file ${JSON.stringify(name)}, which does not lie beside it: it is a link that leads out of the folder.`,
    { file: by },
    'Put the file itself there: `cp -rL` copies a folder with all that its links lead to.',
  );
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !(way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** {@link fileBelow} the folder of the file that names it. @throws {InputError} as that */
export const besideManifest = (manifest: string, name: string): string => fileBelow(dirname(manifest), name, manifest);
