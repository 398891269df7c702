import { decodeUtf8 } from '../text/corpus.ts';
import { readBytes } from './files.ts';

/**
 * A text file as it is, without a byte order mark.
 * @throws {InputError} it is not there, empty, or not UTF-8 (with line and column)
 */
export function readText(path: string): string {
  return decodeUtf8(readBytes(path), path);
}
