// Bytes to text, and where they are none.
import { InputError } from './errors.ts';
import { lineAndColumn, toCharacters } from './positions.ts';

/** A lead byte's range, how many bytes follow it, and the range of the first of those. Unicode 16, table 3-7. */
const SEQUENCES = [
  { lead: [0x00, 0x7f], following: 0, second: [0x80, 0xbf] },
  { lead: [0xc2, 0xdf], following: 1, second: [0x80, 0xbf] },
  { lead: [0xe0, 0xe0], following: 2, second: [0xa0, 0xbf] },
  { lead: [0xe1, 0xec], following: 2, second: [0x80, 0xbf] },
  { lead: [0xed, 0xed], following: 2, second: [0x80, 0x9f] },
  { lead: [0xee, 0xef], following: 2, second: [0x80, 0xbf] },
  { lead: [0xf0, 0xf0], following: 3, second: [0x90, 0xbf] },
  { lead: [0xf1, 0xf3], following: 3, second: [0x80, 0xbf] },
  { lead: [0xf4, 0xf4], following: 3, second: [0x80, 0x8f] },
] as const;

/** @returns the offset of the first byte that begins no well-formed UTF-8 sequence; undefined where there is none */
export function firstInvalidByte(bytes: Uint8Array): number | undefined {
  let offset = 0;
  while (offset < bytes.length) {
    const lead = bytes[offset]!;
    const sequence = lead < 0x80 ? SEQUENCES[0] : SEQUENCES.find((one) => isIn(lead, one.lead));
    if (sequence === undefined) return offset;
    for (let index = 1; index <= sequence.following; index++) {
      const byte = bytes[offset + index];
      if (byte === undefined || !isIn(byte, index === 1 ? sequence.second : CONTINUATION)) return offset;
    }
    offset += 1 + sequence.following;
  }
  return undefined;
}

const CONTINUATION = [0x80, 0xbf] as const;

function isIn(byte: number, [first, last]: readonly [number, number]): boolean {
  return byte >= first && byte <= last;
}

/**
 * @param file the name to give in an error
 * @returns the text of a file in UTF-8, without a byte order mark
 * @throws InputError where the bytes are not UTF-8, with the line and column reached and the byte's offset, and where
 *   there is no text at all
 */
export function decodeUtf8(bytes: Uint8Array, file: string): string {
  const invalid = firstInvalidByte(bytes);
  if (invalid !== undefined) {
    const before = toCharacters(new TextDecoder().decode(bytes.subarray(0, invalid)));
    const value = bytes[invalid]!.toString(16).toUpperCase().padStart(2, '0');
    throw new InputError(
      `The file is not UTF-8: byte ${invalid} (0x${value}) belongs to no character`,
      { file, ...lineAndColumn(before, before.length) },
      'Convert it first, for example with iconv -f WINDOWS-1252 -t UTF-8.',
    );
  }
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') {
    throw new InputError('The text is empty', { file }, 'Give a file with text in it.');
  }
  return text;
}
