// A file's bytes by range, for what need not be in memory as a whole.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError } from '../base/errors.ts';
import { explainingFailure } from './files.ts';

export interface ByteRanges {
  readonly size: number;
  /** @throws {RangeError} bytes that are not there: whoever asks knows the size */
  read(position: number, length: number): Uint8Array;
}

/** The bytes that are there already. */
export function rangesOf(bytes: Uint8Array): ByteRanges {
  return {
    size: bytes.length,
    read(position, length) {
      checkRange(position, length, bytes.length);
      return bytes.subarray(position, position + length);
    },
  };
}

function checkRange(position: number, length: number, size: number): void {
  if (position >= 0 && length >= 0 && position + length <= size) return;
  throw new RangeError(`There are no ${length} bytes at ${position} of ${size}.`);
}

/** The system reads less than 2 GiB at once. */
const LARGEST_READ = 2 ** 30;

/**
 * Hands a file's bytes to a reader, and closes the file whatever happens.
 * @throws {InputError} a file that is not there, cannot be read, or becomes shorter meanwhile
 */
export function withRanges<T>(path: string, use: (file: ByteRanges) => T): T {
  const descriptor = explainingFailure('read', path, () => openSync(path, 'r'));
  try {
    const { size } = fstatSync(descriptor);
    return use({
      size,
      read(position, length) {
        checkRange(position, length, size);
        return explainingFailure('read', path, () => readRange(descriptor, position, length, path));
      },
    });
  } finally {
    closeSync(descriptor);
  }
}

function readRange(descriptor: number, position: number, length: number, path: string): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const read = readSync(descriptor, bytes, done, Math.min(length - done, LARGEST_READ), position + done);
    if (read === 0) {
      throw new InputError(
        'It became shorter while it was read.',
        { file: path },
        'Wait until it is written, or fetch it again.',
      );
    }
    done += read;
  }
  return bytes;
}
