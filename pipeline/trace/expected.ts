// What a network expected each character to be, small enough to travel with a text: the likeliest characters with their
// probabilities, and how surprised it was by the one that came, a byte each.
import type { ReadWindow } from './read.ts';
import type { Targets } from './targets.ts';

/** Likeliest characters that are kept of each position. */
export const CHOICES = 3;
/** Bytes of a position: the surprise, the numbers of the likeliest characters, and their probabilities. */
export const BYTES = 1 + 2 * CHOICES;
/** Characters that a byte can number. */
export const LARGEST_VOCABULARY = 256;
/** A surprise of a nat as a byte, which reaches to 15.9 nats: a chance of one in eight million. */
const PER_NAT = 16;

export interface Expectations {
  /**
   * [{@link BYTES}, rows], a kind of byte after the other: −ln p of the character that came, in sixteenths of a nat and at
   * most 255; numbers of the likeliest in the vocabulary, likeliest first; their probabilities in 255ths. Nothing expects
   * the first character of a text: it is as likely as 0 everywhere.
   */
  readonly bytes: Uint8Array;
  /** Enters what a window tells of the characters after its own. @param prediction log-probabilities, [rows, outputs] */
  add(window: ReadWindow, prediction: Float32Array): void;
}

/**
 * @param outputs characters of the vocabulary, at most {@link LARGEST_VOCABULARY}
 * @param rowOf for each position of the text the row that is kept of it, or -1
 * @param rows how many are kept
 */
export function createExpectations(targets: Targets, outputs: number, rowOf: Int32Array, rows: number): Expectations {
  const bytes = new Uint8Array(BYTES * rows);
  const likeliest = new Int32Array(CHOICES);
  return {
    bytes,
    add({ streams, segments }, prediction) {
      for (const { stream, start, length } of segments) {
        for (let t = 0; t < length && start + t + 1 < rowOf.length; t++) {
          const position = start + t + 1;
          const to = rowOf[position]!;
          if (to < 0) continue;
          const row = t * streams + stream;
          bytes[to] = Math.min(255, Math.round(PER_NAT * targets.loss(prediction, row, position)));
          findLikeliest(prediction.subarray(row * outputs, (row + 1) * outputs), likeliest);
          likeliest.forEach((id, k) => {
            bytes[(1 + k) * rows + to] = Math.max(0, id);
            bytes[(1 + CHOICES + k) * rows + to] =
              id < 0 ? 0 : Math.round(255 * Math.exp(prediction[row * outputs + id]!));
          });
        }
      }
    },
  };
}

/** Numbers of the highest values, highest first, and the first of equal ones; -1 where there are fewer. */
function findLikeliest(values: Float32Array, into: Int32Array): void {
  into.fill(-1);
  for (let id = 0; id < values.length; id++) {
    let k = into.length;
    while (k > 0 && (into[k - 1]! < 0 || values[into[k - 1]!]! < values[id]!)) k--;
    if (k === into.length) continue;
    into.copyWithin(k + 1, k, into.length - 1);
    into[k] = id;
  }
}

/** The same of some rows alone, in their order. */
export function pickExpectations(bytes: Uint8Array, chosen: ArrayLike<number>): Uint8Array {
  const rows = bytes.length / BYTES;
  const picked = new Uint8Array(BYTES * chosen.length);
  for (let kind = 0; kind < BYTES; kind++) {
    for (let k = 0; k < chosen.length; k++) {
      picked[kind * chosen.length + k] = bytes[kind * rows + chosen[k]!]!;
    }
  }
  return picked;
}

/** What was expected at one position, in words and numbers again. */
export interface Expected {
  /** Nats. */
  readonly surprise: number;
  /** Likeliest first. */
  readonly choices: readonly { readonly character: string; readonly probability: number }[];
}

/** Reads one row of {@link Expectations.bytes}. */
export function expectedAt(bytes: Uint8Array, row: number, vocabulary: readonly string[]): Expected {
  const rows = bytes.length / BYTES;
  const choices = Array.from({ length: CHOICES }, (_, k) => ({
    character: vocabulary[bytes[(1 + k) * rows + row]!] ?? '',
    probability: bytes[(1 + CHOICES + k) * rows + row]! / 255,
  }));
  return { surprise: bytes[row]! / PER_NAT, choices: choices.filter(({ probability }) => probability > 0) };
}
