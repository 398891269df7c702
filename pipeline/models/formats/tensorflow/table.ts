// The table of names in a checkpoint's `.index` file: sorted keys with values, in blocks, as LevelDB lays them out.
// Format: https://github.com/google/leveldb/blob/main/doc/table_format.md
import { readVarint, WireError } from './wire.ts';

const FOOTER = 48;
/** The last eight bytes of the file. */
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
/** Behind each block: how it is packed, and its checksum. */
const TRAILER = 5;
/** More names than any network has variables. */
const MOST_ENTRIES = 1_000_000;

export function isTable(bytes: Uint8Array): boolean {
  return bytes.length >= FOOTER && MAGIC.every((byte, index) => bytes[bytes.length - 8 + index] === byte);
}

/**
 * Keys, each with its value, in order.
 * @throws {WireError} a table that is broken, or whose blocks are packed, as TensorFlow does not write them by default
 */
export function readTable(bytes: Uint8Array): Map<string, Uint8Array> {
  if (!isTable(bytes)) throw new WireError('it does not end as an index does');
  const footer = bytes.subarray(bytes.length - FOOTER);
  const [, sizeAt] = readVarint(footer, 0);
  const [, indexAt] = readVarint(footer, sizeAt);
  const found = new Map<string, Uint8Array>();
  for (const [, handle] of entriesOf(blockAt(bytes, footer, indexAt))) {
    for (const [key, value] of entriesOf(blockAt(bytes, handle, 0))) {
      found.set(key, value);
      if (found.size > MOST_ENTRIES) throw new WireError(`it names more than ${MOST_ENTRIES} variables`);
    }
  }
  return found;
}

/** @param handle bytes that hold, at a place, where a block begins and how long it is */
function blockAt(bytes: Uint8Array, handle: Uint8Array, at: number): Uint8Array {
  const [offset, sizeAt] = readVarint(handle, at);
  const [size] = readVarint(handle, sizeAt);
  if (offset + size + TRAILER > bytes.length) throw new WireError('a block ends beyond the file');
  const packed = bytes[offset + size]!;
  if (packed !== 0)
    throw new WireError(`a block is packed${packed === 1 ? ' with Snappy' : ''}, which is not unpacked here`);
  const block = bytes.subarray(offset, offset + size);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset + size + 1, 4);
  if (unmasked(view.getUint32(0, true)) !== crc32c(bytes.subarray(offset, offset + size + 1))) {
    throw new WireError('a block differs from its checksum');
  }
  return block;
}

/** Each key shares its beginning with the one before it. */
function* entriesOf(block: Uint8Array): Generator<[key: string, value: Uint8Array]> {
  if (block.length < 4) throw new WireError('a block is too short');
  const restarts = new DataView(block.buffer, block.byteOffset + block.length - 4, 4).getUint32(0, true);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw new WireError('a block is too short');
  const entries = block.subarray(0, end);
  let key = Buffer.alloc(0);
  for (let at = 0; at < end; ) {
    const [shared, ownAt] = readVarint(entries, at);
    const [own, valueAt] = readVarint(entries, ownAt);
    const [length, from] = readVarint(entries, valueAt);
    if (shared > key.length || from + own + length > end) throw new WireError('an entry ends beyond its block');
    key = Buffer.concat([key.subarray(0, shared), entries.subarray(from, from + own)]);
    yield [key.toString('utf8'), entries.subarray(from + own, from + own + length)];
    at = from + own + length;
  }
}

/** By the polynomial of Castagnoli. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

/** A checksum is stored turned and shifted, so that one of data with checksums in it differs from theirs. */
export function unmasked(stored: number): number {
  const turned = (stored - 0xa282ead8) >>> 0;
  return ((turned >>> 17) | (turned << 15)) >>> 0;
}
