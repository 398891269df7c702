// Sums of a shard's labels by the bin that each row falls into: the loop in which a tally spends its time.
//
// The labels lie side by side, a row of words for each of the shard's rows, so that adding up rows adds up all labels at
// once. A binary label, and the row itself, takes half a word, for it is counted at most once a row; a doubled midrank
// takes a word.
import { instantiate, reserve } from '../../statistics/kernels.ts';
import type { ShardLabels } from '../plan/labels.ts';
import { BINS } from './bin-edges.ts';

/** 32-bit words of a row. */
export const WORDS = 12;

const ROW_BYTES = WORDS * Uint32Array.BYTES_PER_ELEMENT;

/** See add-rows.wat. */
type AddRows = (bins: number, end: number, words: number, sums: number) => void;

/**
 * Rows that are given once and summed by the bins of one column after another. In WebAssembly's memory lie the sums, the
 * words, and the bins of the rows that are being summed.
 */
export class BinSums {
  readonly #memory = new WebAssembly.Memory({ initial: 0 });
  readonly #kernel = instantiate<{ addRows: AddRows }>('add-rows', this.#memory);
  #groups = 0;
  #rows = 0;

  /** @returns zeros [groups, rows, WORDS], for the words to be written in before any are summed */
  allocate(groups: number, rows: number): Uint32Array {
    this.#groups = groups;
    this.#rows = rows;
    reserve(this.#memory, this.#addressOfBins() + rows);
    return new Uint32Array(this.#memory.buffer, this.#addressOfGroup(0), groups * rows * WORDS).fill(0);
  }

  /**
   * @param bins of the rows from `first` on, as many as are to be summed and at least one
   * @returns [groups, BINS, WORDS]: sums modulo 2³², which hold until the next call
   */
  sum(bins: Uint8Array, first: number): Uint32Array {
    const sums = new Uint32Array(this.#memory.buffer, 0, this.#groups * BINS * WORDS).fill(0);
    const start = this.#addressOfBins();
    new Uint8Array(this.#memory.buffer).set(bins, start);
    for (let group = 0; group < this.#groups; group++) {
      const words = this.#addressOfGroup(group) + first * ROW_BYTES;
      this.#kernel.addRows(start, start + bins.length, words, group * BINS * ROW_BYTES);
    }
    return sums;
  }

  #addressOfGroup(group: number): number {
    return (this.#groups * BINS + group * this.#rows) * ROW_BYTES;
  }

  #addressOfBins(): number {
    return this.#addressOfGroup(this.#groups);
  }
}

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
 * @param sums gets the words, and loses whatever it had before
 */
export function labelWords({ rows, positives, reals }: ShardLabels, sums: BinSums): LabelWords {
  const [binary, real] = [positives.length, reals.length];
  const groups = Math.ceil((wordsOfHalves(binary) + real) / WORDS);
  const words = sums.allocate(groups, rows);
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
 * @param sums of at most `rowsAtMost` rows by bin, [groups, BINS, WORDS]
 */
export function addCounts(to: Uint32Array | Uint16Array, start: number, sums: Uint32Array, slot: number): void {
  const place = placeOfHalf(slot, BINS);
  const shift = slot % 2 === 0 ? 0 : HALF_BITS;
  for (let bin = 0; bin < BINS; bin++) to[start + bin]! += (sums[place + bin * WORDS]! >>> shift) & HALF;
}

/** Adds for each bin the sum of the doubled midranks of real label `slot`, beside `binary` slots of binary labels. */
export function addRankSums(
  to: Float64Array | Uint32Array,
  start: number,
  sums: Uint32Array,
  binary: number,
  slot: number,
): void {
  const place = placeOfWord(wordsOfHalves(binary) + slot, BINS);
  for (let bin = 0; bin < BINS; bin++) to[start + bin]! += sums[place + bin * WORDS]!;
}
