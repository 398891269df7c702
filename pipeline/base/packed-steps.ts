// Steps are all that is kept over a whole book: four bits a position, in the order in which they differ least.
import { differences, summed } from './context-order.ts';
import { STEPS, stepOfByte } from './steps.ts';

/** The byte in the middle of a step, or next to it. */
const byteOfStep = (step: number): number => Math.round((255 * step) / (STEPS - 1));

/** {@link stepOfByte} of every byte. */
export const STEP_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => stepOfByte(byte));

/** What differences are taken modulo: they have four bits each. */
const MODULUS = 16;

/**
 * A cell's steps over a text, two to a byte: from one to the next in the text's {@link contextOrder}, the upper four bits first.
 * @param order every position of the text
 */
export function packSteps(values: Uint8Array, order: Uint32Array): Uint8Array {
  const steps = new Uint8Array(values.length);
  for (let position = 0; position < steps.length; position++) steps[position] = STEP_OF_BYTE[values[position]!]!;
  return packChanges(steps, order);
}

/** The same of steps that are kept in the text's own order, two to a byte, the upper four bits first. */
export function packKeptSteps(kept: Uint8Array, order: Uint32Array): Uint8Array {
  const steps = new Uint8Array(order.length);
  for (let position = 0; position < steps.length; position++) {
    const pair = kept[position >> 1]!;
    steps[position] = (position & 1) === 0 ? pair >> 4 : pair & 15;
  }
  return packChanges(steps, order);
}

function packChanges(steps: Uint8Array, order: Uint32Array): Uint8Array {
  const changes = differences(steps, order, MODULUS);
  const packed = new Uint8Array(Math.ceil(order.length / 2));
  for (let k = 0; k < packed.length; k++) packed[k] = (changes[2 * k]! << 4) | (changes[2 * k + 1] ?? 0);
  return packed;
}

/** The values again, each as the byte in the middle of its step. */
export function unpackSteps(packed: Uint8Array, order: Uint32Array): Uint8Array {
  const changes = Uint8Array.from(order, (_, k) => (k % 2 === 0 ? packed[k >> 1]! >> 4 : packed[k >> 1]! & 15));
  return summed(changes, order, MODULUS).map(byteOfStep);
}
