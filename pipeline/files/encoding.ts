// Which encoding the bytes of a text most likely have, where they are not UTF-8: told by a byte order mark, by the zero
// bytes of plain letters, or by jschardet's models of what people write in each.
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { InputError } from '../base/errors.ts';

export interface Encoding {
  /** As people call it. */
  readonly name: string;
  /** As `iconv` knows it. */
  readonly iconv: string;
  /** As `TextDecoder` knows it, and with it `--encoding`; undefined where it does not. */
  readonly label?: string;
}

const UTF_8: Encoding = { name: 'UTF-8', iconv: 'UTF-8', label: 'utf-8' };
const UTF_16: Readonly<Record<'LE' | 'BE', Encoding>> = {
  LE: { name: 'UTF-16LE', iconv: 'UTF-16LE', label: 'utf-16le' },
  BE: { name: 'UTF-16BE', iconv: 'UTF-16BE', label: 'utf-16be' },
};

/** What jschardet may find, by its names. Where one is part of another, the larger one is taken. */
const DETECTED: Readonly<Record<string, Encoding>> = {
  cp932: { name: 'Shift-JIS', iconv: 'CP932', label: 'shift_jis' },
  shift_jis_2004: { name: 'Shift-JIS', iconv: 'CP932', label: 'shift_jis' },
  euc_jis_2004: { name: 'EUC-JP', iconv: 'EUC-JP', label: 'euc-jp' },
  cp949: { name: 'EUC-KR', iconv: 'CP949', label: 'euc-kr' },
  euc_kr: { name: 'EUC-KR', iconv: 'CP949', label: 'euc-kr' },
  gb18030: { name: 'GB18030', iconv: 'GB18030', label: 'gb18030' },
  big5hkscs: { name: 'Big5', iconv: 'BIG5-HKSCS', label: 'big5' },
  'iso8859-1': { name: 'Windows-1252', iconv: 'CP1252', label: 'windows-1252' },
  'iso8859-9': { name: 'Windows-1254', iconv: 'CP1254', label: 'windows-1254' },
  'tis-620': { name: 'Windows-874', iconv: 'CP874', label: 'windows-874' },
  cp874: { name: 'Windows-874', iconv: 'CP874', label: 'windows-874' },
  'koi8-r': { name: 'KOI8-R', iconv: 'KOI8-R', label: 'koi8-r' },
  'koi8-u': { name: 'KOI8-U', iconv: 'KOI8-U', label: 'koi8-u' },
  'mac-roman': { name: 'Mac OS Roman', iconv: 'MACINTOSH', label: 'macintosh' },
  'mac-cyrillic': { name: 'Mac OS Cyrillic', iconv: 'MAC-CYRILLIC', label: 'x-mac-cyrillic' },
  ...Object.fromEntries(
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((last) => [
      `cp125${last}`,
      { name: `Windows-125${last}`, iconv: `CP125${last}`, label: `windows-125${last}` },
    ]),
  ),
  ...Object.fromEntries(
    [2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map((part) => [
      `iso8859-${part}`,
      { name: `ISO-8859-${part}`, iconv: `ISO-8859-${part}`, label: `iso-8859-${part}` },
    ]),
  ),
};

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
  if (begins(0xff, 0xfe, 0, 0) || begins(0, 0, 0xfe, 0xff)) return { name: 'UTF-32', iconv: 'UTF-32' };
  if (begins(0xff, 0xfe)) return { ...UTF_16.LE, iconv: 'UTF-16' };
  if (begins(0xfe, 0xff)) return { ...UTF_16.BE, iconv: 'UTF-16' };
  const sample = bytes.subarray(0, Math.min(SAMPLE, bytes.length & ~3));
  if (sample.length < LEAST) return undefined;
  const zeros = [0, 0, 0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 4]! += 1;
  });
  const most = sample.length / 4;
  // Of Western letters all high bytes are zero, of other scripts' texts those of spaces and line ends at least.
  const [a, b, c, d] = zeros.map((count) => count / most) as [number, number, number, number];
  if (a < 0.01 && c > 0.9 && d > 0.9) return { name: 'UTF-32LE', iconv: 'UTF-32LE' };
  if (d < 0.01 && a > 0.9 && b > 0.9) return { name: 'UTF-32BE', iconv: 'UTF-32BE' };
  if (a + c < 0.02 && Math.min(b, d) > 0.2) return UTF_16.LE;
  if (b + d < 0.02 && Math.min(a, c) > 0.2) return UTF_16.BE;
  return undefined;
}

/** jschardet, which takes a quarter of a second to load and is rarely asked. */
function detector(): typeof import('jschardet') {
  return createRequire(import.meta.url)('jschardet') as typeof import('jschardet');
}

/**
 * @param bytes that are not UTF-8
 * @returns UTF-8 itself where most of what is beyond ASCII is well-formed; undefined where nothing is likely
 */
function likelyEncodingOf(bytes: Uint8Array): Encoding | undefined {
  const wide = wideEncodingOf(bytes);
  if (wide !== undefined) return wide;
  // Of other encodings hardly a letter happens to be well-formed.
  const [broken, whole] = tally(new TextDecoder().decode(bytes));
  if (whole > broken) return UTF_8;
  const { chardet } = detector();
  const { encoding } = chardet.detect(telling(bytes), {
    includeEncodings: Object.keys(DETECTED),
    compatNames: false,
  });
  return encoding === null ? undefined : DETECTED[encoding.toLowerCase()];
}

/** As much of a text as tells its encoding: from a little before its first byte beyond ASCII. */
function telling(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte > 127);
  const start = Math.max(0, first - SAMPLE / 4);
  return bytes.subarray(start, start + SAMPLE);
}

/** What a text is most likely written in, by its BCP 47 tag; undefined where nothing is likely. */
export function likelyLanguageOf(text: string): string | undefined {
  const { chardet } = detector();
  return chardet.detect(new TextEncoder().encode(text.slice(0, SAMPLE))).language ?? undefined;
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

/**
 * What to do with a text that is not UTF-8.
 * @param file its name, for a command that can be typed
 * @param told how its reader can be told the encoding, as `--encoding ` or `encoding: `; empty where it cannot
 */
export function adviceOnEncoding(bytes: Uint8Array, file: string, told = ''): string {
  const encoding = likelyEncodingOf(bytes);
  if (encoding === UTF_8) {
    return 'Most of it is UTF-8: mend these bytes, or leave out all such with iconv -c -f UTF-8 -t UTF-8.';
  }
  if (encoding === undefined) return 'Save it as UTF-8, or convert it with iconv from the encoding that it has.';
  const { name, iconv, label } = encoding;
  const or = told === '' || label === undefined ? '' : `, or say so with ${told}${label}`;
  return `It is most likely ${name}. Convert it with iconv -f ${iconv} -t UTF-8 ${quoted(file)} > ${quoted(converted(basename(file)))}${or}.`;
}

/** mine.txt: mine-utf8.txt. */
const converted = (file: string) => file.replace(/(\.[^./\\]*)?$/, (ending: string) => `-utf8${ending}`);

/** A name as a shell takes it. */
const quoted = (name: string) => (/^[\w./\\:+@-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`);

/** Whether there is an encoding of this name that can be read. */
export function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

/** @throws {InputError} a name of no encoding */
export function parseEncoding(label: string): string {
  if (isEncoding(label)) return label;
  const fix =
    'Take a name of the Encoding Standard, such as utf-16le, windows-1252, windows-1251, shift_jis or gb18030.';
  throw new InputError(`There is no encoding "${label}" that can be read.`, {}, fix);
}

/**
 * A text in an encoding that its user named, without a byte order mark.
 * @throws {InputError} bytes that are not in it, or that are UTF-8 as they are
 */
export function decodeAs(label: string, bytes: Uint8Array, file: string, told = ''): string {
  const { encoding } = new TextDecoder(label);
  if (encoding !== 'utf-8' && bytes.some((byte) => byte > 127)) {
    const text = attempt('utf-8', bytes);
    if (text !== undefined && !text.includes('\0')) {
      throw new InputError(`The file is UTF-8, not ${encoding}.`, { file }, `Leave out ${told.trim()}.`);
    }
  }
  const text = attempt(label, bytes);
  if (text !== undefined) return text;
  throw new InputError(
    `The file is not ${encoding}: some of its bytes belong to no character there.`,
    { file },
    adviceOnEncoding(bytes, file, told),
  );
}

function attempt(label: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A text in UTF-16, without a byte order mark; undefined where the bytes are no such text. */
export function decodeUtf16(bytes: Uint8Array): string | undefined {
  const label = wideEncodingOf(bytes)?.label;
  return label === undefined ? undefined : attempt(label, bytes);
}
