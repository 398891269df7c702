// Which encoding the bytes of a text most likely have, where they are not UTF-8: told by a byte order mark, by the zero
// bytes of plain letters, or by what a decoder makes of them.

/** A name as `iconv` knows it. */
export type Encoding = string;

/** Enough of a text to tell. */
const SAMPLE = 2 ** 16;
/** Fewer bytes than this prove nothing by their zeros. */
const LEAST = 8;

/**
 * Of two or four bytes a letter: by the mark at the beginning, or by the places where zero bytes recur.
 * @returns undefined where neither is there
 */
export function wideEncodingOf(bytes: Uint8Array): Encoding | undefined {
  const begins = (...mark: readonly number[]) => mark.every((byte, index) => bytes[index] === byte);
  if (begins(0xff, 0xfe, 0, 0) || begins(0, 0, 0xfe, 0xff)) return 'UTF-32';
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) return 'UTF-16';
  const sample = bytes.subarray(0, Math.min(SAMPLE, bytes.length & ~3));
  if (sample.length < LEAST) return undefined;
  const zeros = [0, 0, 0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 4]! += 1;
  });
  const most = sample.length / 4;
  // Of Western letters all high bytes are zero, of other scripts' texts those of spaces and line ends at least.
  const [a, b, c, d] = zeros.map((count) => count / most) as [number, number, number, number];
  if (a < 0.01 && c > 0.9 && d > 0.9) return 'UTF-32LE';
  if (d < 0.01 && a > 0.9 && b > 0.9) return 'UTF-32BE';
  if (a + c < 0.02 && Math.min(b, d) > 0.2) return 'UTF-16LE';
  if (b + d < 0.02 && Math.min(a, c) > 0.2) return 'UTF-16BE';
  return undefined;
}

/** What a decoder has to make of a text, so that it may be in that encoding: mostly letters of that script. */
const SCRIPTS: readonly (readonly [encoding: Encoding, script: RegExp])[] = [
  ['SHIFT_JIS', /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ['EUC-JP', /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ['EUC-KR', /\p{sc=Hangul}/gu],
  ['GB18030', /[一-鿿]/gu],
  ['WINDOWS-1251', /[а-яё]/gu],
  ['KOI8-R', /[а-яё]/gu],
];

/** Bytes that WINDOWS-1252 leaves without a meaning. */
const UNUSED = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/**
 * @param bytes that are not UTF-8
 * @returns UTF-8 itself where most of what is beyond ASCII is well-formed; undefined where nothing is likely
 */
export function likelyEncodingOf(bytes: Uint8Array): Encoding | undefined {
  const wide = wideEncodingOf(bytes);
  if (wide !== undefined) return wide;
  const high = bytes.reduce((count, byte) => count + Number(byte > 127), 0);
  const [broken = 0, whole = 0] = tally(new TextDecoder().decode(bytes));
  // Of other encodings hardly a letter happens to be well-formed.
  if (whole > broken) return 'UTF-8';
  // Where every second letter is beyond ASCII, the script is no Latin one.
  if (high > bytes.length / 4) {
    const shares = SCRIPTS.map(([encoding, script]) => [encoding, shareOf(bytes, encoding, script)] as const);
    const best = shares.reduce((most, one) => (one[1] > most[1] ? one : most));
    return best[1] > 0.3 ? best[0] : undefined;
  }
  return bytes.some((byte) => UNUSED.has(byte)) ? undefined : 'WINDOWS-1252';
}

/** Replacement characters, and others beyond ASCII. */
function tally(text: string): [broken: number, whole: number] {
  let broken = 0;
  let whole = 0;
  for (const letter of text) {
    if (letter === '\uFFFD') broken += 1;
    else if (letter > '\x7f') whole += 1;
  }
  return [broken, whole];
}

/** Letters of a script among what is beyond ASCII; 0 where the bytes are not in the encoding. */
function shareOf(bytes: Uint8Array, encoding: Encoding, script: RegExp): number {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return (text.match(script)?.length ?? 0) / tally(text)[1];
  } catch {
    return 0;
  }
}

/** What to do with a text that is not UTF-8. */
export function adviceOnEncoding(bytes: Uint8Array): string {
  const encoding = likelyEncodingOf(bytes);
  if (encoding === 'UTF-8') {
    return 'Most of it is UTF-8: mend these bytes, or leave out all such with iconv -c -f UTF-8 -t UTF-8.';
  }
  if (encoding === undefined) return 'Save it as UTF-8, or convert it with iconv from the encoding that it has.';
  return `Convert it first: it is most likely ${encoding}, for which take iconv -f ${encoding} -t UTF-8.`;
}

/** The decoders' names of what {@link wideEncodingOf} finds. */
const DECODERS: Readonly<Record<Encoding, string>> = { 'UTF-16LE': 'utf-16le', 'UTF-16BE': 'utf-16be' };

/** A text in UTF-16, without a byte order mark; undefined where the bytes are no such text. */
export function decodeUtf16(bytes: Uint8Array): string | undefined {
  const wide = wideEncodingOf(bytes);
  const name = wide === 'UTF-16' ? (bytes[0] === 0xff ? 'UTF-16LE' : 'UTF-16BE') : wide;
  const decoder = name === undefined ? undefined : DECODERS[name];
  if (decoder === undefined) return undefined;
  try {
    return new TextDecoder(decoder, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
