// Files out of a zip archive, checked by its directory before anything is inflated.
// Format: APPNOTE.TXT of PKWARE, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 to 4.3.16 (its ends) and
// 4.5.3 (sizes of more than 32 bits).
import { crc32, inflateRawSync } from 'node:zlib';
import { InputError } from '../base/errors.ts';
import { type ByteRanges, rangesOf } from './ranges.ts';

interface Entry {
  readonly name: string;
  readonly encrypted: boolean;
  /** 0 stored, 8 deflated */
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

/** An archive of which single files are taken. */
export interface ZipArchive {
  /** Of its files, in the order of its directory. */
  readonly names: readonly string[];
  /** Bytes of a file when it is unpacked, as the directory has it; undefined where there is no such file. */
  sizeOf(name: string): number | undefined;
  /**
   * A file, whole and with the right checksum.
   * @throws {InputError} a file that is not there, damaged, or stands there twice
   */
  read(name: string): Uint8Array;
}

/** Bytes of all files of an archive together. */
const LARGEST = 2 ** 31;
/**
 * How many bytes a packed one may become: weights hardly shrink, so what becomes many times as large is no weights. What is
 * made of it takes several times its size in memory.
 */
const MOST_EXPANSION = 200;
const MOST_EXPANSION_OF_LARGE = 8;
const LARGE = 2 ** 25;

function damaged(what: string, file: string): never {
  throw new InputError(what, { file }, 'The file is damaged, or not a zip archive: save or fetch it again.');
}

/**
 * @param wanted names of the files to take; no other is inflated
 * @returns those that are there, whole and with the right checksum
 * @throws {InputError} an archive that is damaged, or claims to become larger than any weights do
 */
export function readZip(bytes: Uint8Array, wanted: readonly string[], file: string): Map<string, Uint8Array> {
  const archive = openZip(rangesOf(bytes), file);
  const total = archive.names.reduce((sum, name) => sum + archive.sizeOf(name)!, 0);
  if (total > LARGEST) damaged(`Its files would take ${total} bytes, above the ${LARGEST} allowed.`, file);
  const there = wanted.filter((name) => archive.names.includes(name));
  return new Map(there.map((name) => [name, archive.read(name)]));
}

/**
 * @param expansion how many bytes a packed one may become; what weights may where left out
 * @throws {InputError} an archive whose directory is damaged
 */
export function openZip(bytes: ByteRanges, file: string, expansion?: number): ZipArchive {
  const entries = readDirectory(bytes, file);
  const byName = new Map<string, Entry>();
  const twice = new Set<string>();
  for (const entry of entries) {
    if (byName.has(entry.name)) twice.add(entry.name);
    byName.set(entry.name, entry);
  }
  return {
    names: entries.map(({ name }) => name),
    sizeOf: (name) => byName.get(name)?.size,
    read(name) {
      const entry = byName.get(name);
      if (entry === undefined) return damaged(`It holds no "${name}".`, file);
      if (twice.has(name)) damaged(`It holds "${name}" twice.`, file);
      return extract(bytes, entry, expansion, file);
    },
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;
const LOCATOR_LENGTH = 20;
const END64_LENGTH = 56;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
/** What stands for a number that does not fit into 32 bits. */
const WIDE = 0xffffffff;

interface Directory {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

function findDirectory(bytes: ByteRanges, file: string): Directory {
  const tailLength = Math.min(bytes.size, END_LENGTH + LONGEST_COMMENT);
  const tailStart = bytes.size - tailLength;
  const tail = viewOf(bytes.read(tailStart, tailLength));
  let at = tailLength - END_LENGTH;
  while (at >= 0 && tail.getUint32(at, true) !== 0x06054b50) at -= 1;
  if (at < 0) damaged('It has no directory of a zip archive at its end.', file);
  const latest = tailStart + at;
  const [size, start] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  const plain = { count: tail.getUint16(at + 10, true), start, end: start + size };
  const locator = viewIn(bytes, latest - LOCATOR_LENGTH, LOCATOR_LENGTH);
  const isWide = plain.count === 0xffff || start === WIDE || size === WIDE;
  if (!isWide || locator?.getUint32(0, true) !== 0x07064b50) {
    if (plain.end > latest) damaged('Its directory is broken.', file);
    return plain;
  }
  const position = wide(locator, 8);
  const end64 = viewIn(bytes, position, END64_LENGTH);
  if (end64?.getUint32(0, true) !== 0x06064b50) return damaged('Its directory is broken.', file);
  const wideStart = wide(end64, 48);
  const end = wideStart + wide(end64, 40);
  if (end > position) damaged('Its directory is broken.', file);
  return { count: wide(end64, 32), start: wideStart, end };
}

function viewIn(bytes: ByteRanges, position: number, length: number): DataView | undefined {
  return position >= 0 && position + length <= bytes.size ? viewOf(bytes.read(position, length)) : undefined;
}

/** A number of 64 bits; what is beyond 2⁵³ is beyond any file too. */
const wide = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

function readDirectory(bytes: ByteRanges, file: string): Entry[] {
  const { count, start, end } = findDirectory(bytes, file);
  if (start > end || count * ENTRY_LENGTH > end - start) damaged('Its directory is broken.', file);
  const part = bytes.read(start, end - start);
  const view = viewOf(part);
  const entries: Entry[] = [];
  let at = 0;
  for (let left = count; left > 0; left--) {
    if (at + ENTRY_LENGTH > part.length || view.getUint32(at, true) !== 0x02014b50) {
      damaged('Its directory is broken.', file);
    }
    const nameEnd = at + ENTRY_LENGTH + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > part.length) damaged('Its directory is broken.', file);
    const sizes = readSizes(view, at, nameEnd);
    const name = new TextDecoder().decode(part.subarray(at + ENTRY_LENGTH, nameEnd));
    if (sizes === undefined || name.includes('\0')) damaged('Its directory is broken.', file);
    entries.push({
      name,
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      ...sizes,
    });
    at = next;
  }
  if (at !== part.length) damaged('Its directory is longer than the files that it counts.', file);
  return entries;
}

/** The sizes and the place of an entry, of which those that are too wide follow its name; undefined where they do not. */
function readSizes(view: DataView, at: number, nameEnd: number): Pick<Entry, 'packed' | 'size' | 'offset'> | undefined {
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  let wideAt: number | undefined;
  let wideEnd = 0;
  for (let field = nameEnd; field + 4 <= extraEnd; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    wideAt = field + 4;
    wideEnd = Math.min(extraEnd, wideAt + view.getUint16(field + 2, true));
  }
  const next = (narrow: number): number => {
    if (narrow !== WIDE || wideAt === undefined) return narrow;
    if (wideAt + 8 > wideEnd) return Number.NaN;
    wideAt += 8;
    return wide(view, wideAt - 8);
  };
  // In this order: the size before the packed one.
  const size = next(view.getUint32(at + 24, true));
  const packed = next(view.getUint32(at + 20, true));
  const offset = next(view.getUint32(at + 42, true));
  return Number.isNaN(size + packed + offset) ? undefined : { size, packed, offset };
}

function extract(bytes: ByteRanges, entry: Entry, expansion: number | undefined, file: string): Uint8Array {
  const { name, encrypted, method, checksum, packed, size, offset } = entry;
  if (encrypted) damaged(`"${name}" is encrypted.`, file);
  if (method !== 0 && method !== 8) damaged(`"${name}" is packed by method ${method}, not stored or deflated.`, file);
  const most = expansion ?? (size > LARGE ? MOST_EXPANSION_OF_LARGE : MOST_EXPANSION);
  if (size > packed * (method === 0 ? 1 : most)) {
    damaged(`"${name}" would become ${size} bytes out of ${packed}, more than any weights do.`, file);
  }
  const local = viewIn(bytes, offset, LOCAL_LENGTH);
  if (local?.getUint32(0, true) !== 0x04034b50) return damaged(`"${name}" is not where the directory says.`, file);
  const start = offset + LOCAL_LENGTH + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + packed > bytes.size) damaged(`"${name}" is cut off.`, file);
  const raw = bytes.read(start, packed);
  const content = method === 0 ? raw : inflate(raw, size, name, file);
  if (content.length !== size || crc32(content) !== checksum) damaged(`"${name}" differs from its checksum.`, file);
  return content;
}

function inflate(packed: Uint8Array, size: number, name: string, file: string): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    return damaged(`"${name}" cannot be inflated: ${error instanceof Error ? error.message : error}.`, file);
  }
}
