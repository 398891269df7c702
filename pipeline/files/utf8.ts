// Bytes to text, and where they are none.

import { InputError } from '../base/errors.ts';
import { lineAndColumn, toCharacters } from '../base/positions.ts';
import { adviceOnEncoding } from './encoding.ts';

/**
 * @param file the name to give in an error
 * @param told as `adviceOnEncoding` takes it
 * @returns the text of a file in UTF-8, without a byte order mark
 * @throws InputError where the bytes are not UTF-8, with the line and column reached and the byte's offset, and where
 *   there is no text at all
 */
export function decodeUtf8(bytes: Uint8Array, file: string, told = ''): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const invalid = firstInvalidByte(bytes);
    const before = toCharacters(new TextDecoder().decode(bytes.subarray(0, invalid)));
    const value = bytes[invalid]!.toString(16).toUpperCase().padStart(2, '0');
    throw new InputError(
      `The file is not UTF-8: byte ${invalid} (0x${value}) belongs to no character`,
      { file, ...lineAndColumn(before, before.length) },
      adviceOnEncoding(bytes, file, told),
    );
  }
  refuseEmpty(text, file);
  return text;
}

/** @throws InputError a text of nothing but white space */
export function refuseEmpty(text: string, file: string): void {
  if (text.trim() === '') throw new InputError('The text is empty', { file }, 'Give a file with text in it.');
}

/** @returns the offset of the first byte that begins no well-formed UTF-8 sequence, of bytes that have one */
function firstInvalidByte(bytes: Uint8Array): number {
  // Decoding puts U+FFFD there: somewhere within that character the bytes are others.
  const mended = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  let offset = mended.findIndex((byte, index) => byte !== bytes[index]);
  while ((mended[offset]! & 0xc0) === 0x80) offset -= 1;
  return offset;
}
