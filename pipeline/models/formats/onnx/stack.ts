// What is found of a plain stack while it is read.
import type { ForeignGru, ForeignLayer, ForeignLstm } from '../../foreign.ts';
import type { Node } from './node.ts';

/** What may differ by rounding alone. */
const SAME = 1e-4;

export const SUPPORTED =
  'Supported are an embedding, LSTM or GRU layers of which every step or the last one is read, and dense layers, in this order.';

export interface Level {
  readonly layer: ForeignLstm | ForeignGru;
  readonly nodes: readonly Node[];
  /** [steps, units of both directions], what it gave for the sequence that the file was run on. */
  readonly h: Float32Array;
}

export interface Stack {
  readonly input: string;
  /** The only count of steps that the file declares. */
  readonly steps?: number;
  readonly below: readonly ForeignLayer[];
  readonly stack: readonly Level[];
}

/** But for rounding. */
export function isSame(found: ArrayLike<number | bigint>, expected: ArrayLike<number | bigint>): boolean {
  if (found.length !== expected.length) return false;
  return Array.prototype.every.call(found, (value: number, k: number) => {
    const other = Number(expected[k]);
    return Math.abs(Number(value) - other) <= SAME * Math.max(1, Math.abs(other));
  });
}
