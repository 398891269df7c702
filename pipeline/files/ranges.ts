// A file's bytes by range, for what need not be in memory as a whole.
import { withFile } from './open.ts';

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

/**
 * Hands a file's bytes to a reader, and closes the file whatever happens.
 * @throws {InputError} a file that is not there, cannot be read, or becomes shorter meanwhile
 */
export function withRanges<T>(path: string, use: (file: ByteRanges) => T): T {
  return withFile(path, ({ size, read }) =>
    use({
      size,
      read(position, length) {
        checkRange(position, length, size);
        return read(position, length);
      },
    }),
  );
}
