// An array of an HDF5 file: its shape, its kind of numbers and the place of its numbers, which must fit each other.
import type { Extents, Hdf5Bytes, Message } from './hdf5-bytes.ts';

const DATASPACE = 1;
const DATATYPE = 3;
const LAYOUT = 8;
const SHARED = 2;

const CONTIGUOUS = 1;
const CHUNKED = 2;

/** @throws {Error} an array that has fewer numbers than its shape, or whose numbers are not there */
export function checkArray(messages: readonly Message[], bytes: Hdf5Bytes, extents: Extents, path: string): void {
  const part = (type: number): Message => {
    const found = messages.filter((message) => message.type === type);
    if (found.length === 1) return found[0]!;
    throw new Error(`the description of ${path} is broken`);
  };
  const shape = shapeOf(part(DATASPACE), bytes, path);
  const type = part(DATATYPE);
  const layout = part(LAYOUT);
  // A kind of numbers that the file has a name for is described elsewhere; older and newer layouts are the library's.
  if (shape === undefined || (type.flags & SHARED) !== 0 || bytes.byte(layout.at) !== 3) return;
  const size = bytes.word(type.at + 4);
  checkNumbers(type, size, bytes, path);
  const expected = shape.reduce((product, length) => product * length, size);
  const kind = bytes.byte(layout.at + 1);
  if (kind === CONTIGUOUS) {
    const length = bytes.number(layout.at + 10);
    if (expected > 0 && !bytes.isDefined(layout.at + 2)) throw new Error(`the numbers of ${path} were never written`);
    if (length !== expected) throw new Error(`${path} takes ${expected} bytes and has ${length}`);
    if (length > 0) extents.claim(bytes.address(layout.at + 2), length, path);
  }
  if (kind === CHUNKED) checkPieces(layout.at, shape, bytes, extents, path);
}

const FLOAT = 1;
/** Of floats by their bytes: where the exponent is, its bits, those of the fraction, and what is added to the exponent. */
const FLOATS: Readonly<Record<number, readonly number[]>> = {
  2: [10, 5, 10, 15],
  4: [23, 8, 23, 127],
  8: [52, 11, 52, 1023],
};

/** @throws {Error} floats that are not those of IEEE 754, as which they are read */
function checkNumbers({ at }: Message, size: number, bytes: Hdf5Bytes, path: string): void {
  const floats = FLOATS[size];
  if (bytes.byte(at) % 16 !== FLOAT || floats === undefined) return;
  const [first, bits] = [bytes.short(at + 8), bytes.short(at + 10)];
  const found = [bytes.byte(at + 12), bytes.byte(at + 13), bytes.byte(at + 15), bytes.word(at + 16)];
  const isKnown = first === 0 && bits === 8 * size && bytes.byte(at + 14) === 0 && `${found}` === `${floats}`;
  if (!isKnown) throw new Error(`the numbers of ${path} are of no known kind`);
}

/** Undefined where there is no number at all. */
function shapeOf({ at }: Message, bytes: Hdf5Bytes, path: string): number[] | undefined {
  const version = bytes.byte(at);
  const rank = bytes.byte(at + 1);
  if (version !== 1 && version !== 2) throw new Error(`the shape of ${path} is broken`);
  if (version === 2 && bytes.byte(at + 3) === 2) return undefined;
  const first = at + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, axis) => bytes.number(first + 8 * axis));
}

/** What was never written of an array in pieces reads as zeros. */
function checkPieces(at: number, shape: readonly number[], bytes: Hdf5Bytes, extents: Extents, path: string): void {
  const rank = bytes.byte(at + 2) - 1;
  if (rank !== shape.length) throw new Error(`the shape of ${path} is broken`);
  const pieces = shape.map((length, axis) => Math.ceil(length / bytes.word(at + 11 + 4 * axis)));
  const expected = pieces.reduce((product, count) => product * count, 1);
  const found = bytes.isDefined(at + 3) ? bytes.leaves(bytes.address(at + 3), 1, extents, path, 8 * (rank + 2)) : [];
  if (found.length !== expected) {
    throw new Error(`${path} is stored in ${expected} pieces, and ${found.length} of them are there`);
  }
  for (const { key, child } of found) extents.claim(child, bytes.word(key), path);
}
