// An attribute of an HDF5 file: its name and its texts. A text that is lost reads as one that is empty or shorter, and
// what Keras keeps in texts are the names and the description of the layers.
import type { Hdf5Bytes, Message } from './hdf5-bytes.ts';

const SHARED = 2;
const TEXT = 3;
const OF_ANY_LENGTH = 9;
/** Of a reference to a text of any length: its length, the collection that it is in, and its number there. */
const REFERENCE = 16;
const COLLECTION_PREFIX = 16;
const OBJECT_PREFIX = 16;

const padded = (length: number) => Math.ceil(length / 8) * 8;

/** @throws {Error} a name or a text that has zeros in it, or is empty */
export function checkAttribute({ at, flags, length }: Message, bytes: Hdf5Bytes, path: string): void {
  const version = bytes.byte(at);
  if (version < 1 || version > 3) throw new Error(`an attribute of ${path} is broken`);
  const [nameLength, typeLength, shapeLength] = [2, 4, 6].map((offset) => bytes.short(at + offset)) as [
    number,
    number,
    number,
  ];
  const room = version === 1 ? padded : (length: number) => length;
  const nameAt = at + (version === 3 ? 9 : 8);
  const name = bytes.text(nameAt, nameLength);
  if (name.indexOf('\0') !== nameLength - 1 || nameLength < 2) {
    throw new Error(`the name of an attribute of ${path} is broken`);
  }
  if ((flags & SHARED) !== 0 || (version > 1 && bytes.byte(at + 1) !== 0)) return;
  const type = nameAt + room(nameLength);
  const shape = type + room(typeLength);
  const count = countOf(bytes, shape, path);
  const value = shape + room(shapeLength);
  const fail = () => new Error(`the attribute ${name.slice(0, -1)} of ${path} has lost a text`);
  const kind = bytes.byte(type) % 16;
  const size = bytes.word(type + 4);
  if (padded(value - at + count * size) !== padded(length)) throw fail();
  for (let k = 0; k < count; k++) {
    if (kind === TEXT && !isWhole(bytes.text(value + k * size, size))) throw fail();
    if (kind === OF_ANY_LENGTH && bytes.byte(type + 1) % 16 === 1 && !isThere(bytes, value + k * REFERENCE))
      throw fail();
  }
}

function countOf(bytes: Hdf5Bytes, at: number, path: string): number {
  const [version, rank] = [bytes.byte(at), bytes.byte(at + 1)];
  if (version !== 1 && version !== 2) throw new Error(`an attribute of ${path} is broken`);
  if (version === 2 && bytes.byte(at + 3) === 2) return 0;
  const first = at + (version === 1 ? 8 : 4);
  let count = 1;
  for (let axis = 0; axis < rank; axis++) count *= bytes.number(first + 8 * axis);
  return count;
}

/** Not empty, and with nothing behind its end but what it is filled up with. */
const isWhole = (text: string): boolean => /^[^\0]+\0*$/.test(text);
/** The same of a text that has its own length, which may count the zero at its end. */
const isExact = (text: string): boolean => /^[^\0]+\0?$/.test(text);

/** Whether the text that is referred to is in its collection, as long as the reference says. */
function isThere(bytes: Hdf5Bytes, at: number): boolean {
  const length = bytes.word(at);
  const collection = bytes.address(at + 4);
  const index = bytes.word(at + 12);
  if (length === 0 || bytes.text(collection, 4) !== 'GCOL') return false;
  const end = collection + bytes.number(collection + 8);
  for (let object = collection + COLLECTION_PREFIX; object + OBJECT_PREFIX <= end; ) {
    const size = bytes.number(object + 8);
    if (bytes.short(object) === index) {
      return (
        size === length && object + OBJECT_PREFIX + size <= end && isExact(bytes.text(object + OBJECT_PREFIX, size))
      );
    }
    // Number 0 is what is free.
    if (bytes.short(object) === 0 || size === 0) return false;
    object += OBJECT_PREFIX + padded(size);
  }
  return false;
}
