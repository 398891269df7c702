// A stored value as one of fifteen steps: what a colour tells of it, and all that is kept over a whole book.

/** Steps of every scale; odd, so that the middle one is zero. */
export const STEPS = 15;

/** @param byte a stored value over its signal's domain; @returns its step in [0, {@link STEPS}) */
export function stepOfByte(byte: number): number {
  return Math.round((byte / 255) * (STEPS - 1));
}

/** The byte in the middle of a step, or next to it. */
const byteOfStep = (step: number): number => Math.round((255 * step) / (STEPS - 1));

/** {@link stepOfByte} of every byte. */
const STEP_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => stepOfByte(byte));

/** How many cells {@link packSteps} puts together. */
export const CELLS_PACKED = 2;

/**
 * The steps of two cells over a text, a byte a character.
 * @param first its steps are the upper four bits
 * @param second of the lower four; undefined where the number of cells is odd
 */
export function packSteps(first: Uint8Array, second: Uint8Array | undefined): Uint8Array {
  const packed = new Uint8Array(first.length);
  for (let t = 0; t < packed.length; t++) {
    packed[t] = (STEP_OF_BYTE[first[t]!]! << 4) | (second === undefined ? 0 : STEP_OF_BYTE[second[t]!]!);
  }
  return packed;
}

/** Where the steps of a cell are kept, below its gallery's folder. @param row of the cell, in the order of all */
export const bookFile = (row: number): string => `book/${Math.floor(row / CELLS_PACKED)}.bin.gz`;

/** One cell's values again, each as the byte in the middle of its step. @param place 0 or 1 */
export function unpackSteps(packed: Uint8Array, place: number): Uint8Array {
  return packed.map((both) => byteOfStep(place === 0 ? both >> 4 : both & 15));
}
