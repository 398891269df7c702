// What can be read off the last k steps, as features of a regression: of symbols, which one stands how far back, and which
// pairs and longer pieces; of tokens also what they look like; of numbers, each of them at each distance.
import { integerHash } from '../../base/random.ts';
import type { Dataset } from '../../datasets/dataset.ts';
import type { SparseRow } from '../../statistics/online-regression.ts';
import { tokenWindow, type WrittenTokens, writtenTokens } from './token-features.ts';

export interface WindowFeatures {
  /** How many there are. */
  readonly size: number;
  /** The most that a step has. */
  readonly most: number;
  /** Those of the last k steps up to and with this one; they hold until the next call. */
  at(step: number): SparseRow;
}

/** What is read at each step, ready for another thread. */
export type WindowReads =
  | { readonly reads: 'symbols'; readonly ids: Int32Array; readonly written?: WrittenTokens }
  | { readonly reads: 'numbers'; readonly values: Float32Array; readonly features: number };

/** Of a window of k steps. */
export function windowFeatures(reads: WindowReads, k: number): WindowFeatures {
  if (reads.reads === 'numbers') return rowWindow(reads.values, reads.features, k);
  return reads.written === undefined ? symbolWindow(reads.ids, k) : tokenWindow(reads.ids, reads.written, k);
}

/** The numbers of a dataset's rows, or of the different symbols that it has; of tokens also how they are written. */
export function windowReads(dataset: Pick<Dataset, 'symbols' | 'rows' | 'texts' | 'spans'>): WindowReads {
  const { symbols, rows, spans } = dataset;
  if (rows.features.length > 0) return { reads: 'numbers', values: rows.values, features: rows.features.length };
  const numbers = new Map<string, number>();
  const ids = Int32Array.from(symbols, (symbol) => {
    if (!numbers.has(symbol)) numbers.set(symbol, numbers.size);
    return numbers.get(symbol)!;
  });
  return { reads: 'symbols', ids, ...(spans.length === 0 ? {} : { written: writtenTokens(dataset) }) };
}

/** Pieces of up to so many symbols; those further back than {@link NEAR} are no longer than pairs. */
const LONGEST_PIECE = 5;
const LONGEST_FAR_PIECE = 2;
const NEAR = 12;
/** Features are numbered by a hash of so many bits, fewer for a short text: a book has hardly more different pieces. */
const MOST_BITS = 18;
/** Numbers for each step, where there are fewer. */
const NUMBERS_A_STEP = 4;

/** For each length of a piece from 1 a number for the one that ends at each step, [steps]. */
function numberPieces(ids: Int32Array): Int32Array[] {
  return Array.from({ length: LONGEST_PIECE }, (_, more) =>
    Int32Array.from(ids, (_, step) => {
      let hash = 0;
      for (let back = Math.min(more, step); back >= 0; back--) hash = integerHash(hash, ids[step - back]! + 1);
      return hash;
    }),
  );
}

/** @param ids numbers of the symbols, [steps] */
function symbolWindow(ids: Int32Array, k: number): WindowFeatures {
  const pieces = numberPieces(ids);
  const bits = Math.min(MOST_BITS, Math.ceil(Math.log2(NUMBERS_A_STEP * ids.length)));

  const reach = pieces.map((_, more) => (more < LONGEST_FAR_PIECE ? k : Math.min(k, NEAR)));
  const most = reach.reduce((sum, back, more) => sum + Math.max(0, back - more), 0);
  const features = new Int32Array(most);
  const values = new Float32Array(most).fill(1);
  return {
    size: 2 ** bits,
    most,
    at(step) {
      let count = 0;
      pieces.forEach((ending, more) => {
        const back = Math.min(reach[more]!, step + 1);
        for (let distance = 0; distance + more < back; distance++) {
          const place = distance * LONGEST_PIECE + more + 1;
          features[count++] = integerHash(ending[step - distance]!, place) >>> (32 - bits);
        }
      });
      return { features, values, count };
    },
  };
}

/** @param rows [steps, width], row-major */
function rowWindow(rows: Float32Array, width: number, k: number): WindowFeatures {
  const steps = rows.length / width;
  const scaled = new Float32Array(rows.length);
  for (let column = 0; column < width; column++) {
    let [sum, squares] = [0, 0];
    for (let step = 0; step < steps; step++) sum += rows[step * width + column]!;
    for (let step = 0; step < steps; step++) squares += (rows[step * width + column]! - sum / steps) ** 2;
    const deviation = Math.sqrt(squares / steps) || 1;
    for (let step = 0; step < steps; step++) {
      scaled[step * width + column] = (rows[step * width + column]! - sum / steps) / deviation;
    }
  }
  const features = Int32Array.from({ length: 2 * k * width }, (_, feature) => feature);
  const values = new Float32Array(2 * k * width);
  return {
    size: Math.max(1, features.length),
    most: features.length,
    at(step) {
      let count = 0;
      for (let distance = 0; distance < Math.min(k, step + 1); distance++) {
        for (let column = 0; column < width; column++) {
          const value = scaled[(step - distance) * width + column]!;
          values[count++] = value;
          values[count++] = value * value - 1; // what lies in the middle is no less a label than what is high
        }
      }
      return { features, values, count };
    },
  };
}
