// Files out of a zip archive, checked by its directory before anything is inflated.
// Format: APPNOTE.TXT of PKWARE, sections 4.3.7 (local header), 4.3.12 (directory) and 4.3.16 (its end).
import { crc32, inflateRawSync } from 'node:zlib';
import { InputError } from '../../../base/errors.ts';

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

/** Bytes of all files of an archive together, and how many bytes a packed one may become. */
const LARGEST = 2 ** 31;
const MOST_EXPANSION = 200;

const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;

function damaged(what: string, file: string): never {
  throw new InputError(what, { file }, 'The file is damaged, or not a zip archive: save or fetch it again.');
}

/**
 * @param wanted names of the files to take; no other is inflated
 * @returns those that are there, whole and with the right checksum
 * @throws {InputError} an archive that is damaged, or claims to become larger than any weights do
 */
export function readZip(bytes: Uint8Array, wanted: readonly string[], file: string): Map<string, Uint8Array> {
  const entries = readDirectory(bytes, file);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > LARGEST) damaged(`Its files would take ${total} bytes, above the ${LARGEST} allowed.`, file);
  const found = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (!wanted.includes(entry.name)) continue;
    if (found.has(entry.name)) damaged(`It holds "${entry.name}" twice.`, file);
    found.set(entry.name, extract(bytes, entry, file));
  }
  return found;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readDirectory(bytes: Uint8Array, file: string): Entry[] {
  const view = viewOf(bytes);
  const earliest = Math.max(0, bytes.length - END_LENGTH - LONGEST_COMMENT);
  let end = bytes.length - END_LENGTH;
  while (end >= earliest && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < earliest) damaged('It has no directory of a zip archive at its end.', file);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: count }, () => {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) damaged('Its directory is broken.', file);
    const nameLength = view.getUint16(at + 28, true);
    const entry: Entry = {
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    return entry;
  });
}

function extract(bytes: Uint8Array, { name, encrypted, method, checksum, packed, size, offset }: Entry, file: string) {
  if (encrypted) damaged(`"${name}" is encrypted.`, file);
  if (method !== 0 && method !== 8) damaged(`"${name}" is packed by method ${method}, not stored or deflated.`, file);
  if (size > packed * (method === 0 ? 1 : MOST_EXPANSION)) {
    damaged(`"${name}" would become ${size} bytes out of ${packed}, more than any weights do.`, file);
  }
  const view = viewOf(bytes);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) {
    damaged(`"${name}" is not where the directory says.`, file);
  }
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > bytes.length) damaged(`"${name}" is cut off.`, file);
  const raw = bytes.subarray(start, start + packed);
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
