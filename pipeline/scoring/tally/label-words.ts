// A shard's labels side by side, a row of words for each of its rows, so that adding up rows adds up all labels at
// once. A binary label, and the row itself, takes half a word, for it is counted at most once a row; a doubled midrank
// takes a word.

import type { ShardLabels } from '../pairs.ts';
import { BINS } from './bin-edges.ts';
import { type BinSums, WORDS } from './bin-sums.ts';

const HALF_BITS = 16;
const HALF = 2 ** HALF_BITS - 1;

export interface LabelWords {
  readonly rows: number;
  /** Slots of binary and of real labels. */
  readonly binary: number;
  readonly real: number;
  /** So many rows can be added up before a sum may overflow. */
  readonly rowsAtMost: number;
}

/**
 * @param labels real ones as doubled midranks: whole numbers below 2³²
 * @param sums what holds the words, and whatever it held before no longer
 */
export function labelWords({ rows, positives, reals }: ShardLabels, sums: BinSums): LabelWords {
  const [binary, real] = [positives.length, reals.length];
  const groups = Math.ceil((wordsOfHalves(binary) + real) / WORDS);
  const words = sums.hold(groups, rows);
  for (let row = 0; row < rows; row++) words[placeOfHalf(binary, rows) + row * WORDS]! += unitOfHalf(binary);
  positives.forEach((positive, slot) => {
    const place = placeOfHalf(slot, rows);
    for (const row of positive) words[place + row * WORDS]! += unitOfHalf(slot);
  });
  let largest = 1;
  reals.forEach((label, slot) => {
    const place = placeOfWord(wordsOfHalves(binary) + slot, rows);
    for (let row = 0; row < rows; row++) {
      words[place + row * WORDS] = label[row]!;
      largest = Math.max(largest, label[row]!);
    }
  });
  const rowsAtMost = Math.min(HALF, Math.floor((2 ** 32 - 1) / largest));
  return { rows, binary, real, rowsAtMost };
}

/** Words of the binary labels' halves and the row's own, which comes last. */
function wordsOfHalves(binary: number): number {
  return Math.ceil((binary + 1) / 2);
}

/** Where a word is in its first row, of [groups, rows, WORDS]. */
function placeOfWord(word: number, rows: number): number {
  return Math.floor(word / WORDS) * rows * WORDS + (word % WORDS);
}

function placeOfHalf(half: number, rows: number): number {
  return placeOfWord(half >> 1, rows);
}

function unitOfHalf(half: number): number {
  return half % 2 === 0 ? 1 : 1 << HALF_BITS;
}

/**
 * Adds a histogram to `to` from `start` on: of binary label `slot`, or of all rows with the slot after the last.
 *
 * @param sums of at most `rowsAtMost` rows by bin, [groups, BINS, WORDS]
 */
export function addCounts(to: Uint32Array, start: number, sums: Uint32Array, slot: number): void {
  const place = placeOfHalf(slot, BINS);
  const shift = slot % 2 === 0 ? 0 : HALF_BITS;
  for (let bin = 0; bin < BINS; bin++) to[start + bin]! += (sums[place + bin * WORDS]! >>> shift) & HALF;
}

/** Adds for each bin the sum of the doubled midranks of real label `slot`, beside `binary` slots of binary labels. */
export function addRankSums(to: Float64Array, start: number, sums: Uint32Array, binary: number, slot: number): void {
  const place = placeOfWord(wordsOfHalves(binary) + slot, BINS);
  for (let bin = 0; bin < BINS; bin++) to[start + bin]! += sums[place + bin * WORDS]!;
}
