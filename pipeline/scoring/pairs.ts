// Which value goes with which label. A signal belongs to the character just read: under `reading` its value at
// position t is paired with the label of t, under `predicting` with that of t + 1. A pair belongs to the split of the
// label's character. The last character of a text has nothing after it, and the first is foreseen by nothing.
import type { Alignment } from '../signals.ts';

/** What every character is labelled with: 0 or 1 for each binary hypothesis, any finite number for each real one. */
export interface Labels {
  /** One array a hypothesis, one entry a character. */
  readonly binary: readonly Uint8Array[];
  readonly real: readonly ArrayLike<number>[];
}

/** Real labels are added up six at a time: the six sums do not wait for each other. */
export const LANES = 6;

/** The pairs of a shard, which is any set of at most 65,536 rows (characters), under one alignment. */
export interface Pairs {
  /** Rows that have a partner. */
  readonly rows: Uint16Array;
  /** For each binary label, the rows whose partner bears it. */
  readonly positives: readonly Uint16Array[];
  /** Number of real labels. */
  readonly real: number;
  /** [ceil(real / LANES), rows.length, LANES]: the partners' real labels, padded with zeros. */
  readonly lanes: Float32Array;
}

/** How far after a row's own character its label lies. */
export function labelOffset(alignment: Alignment): 0 | 1 {
  return alignment === 'reading' ? 0 : 1;
}

/**
 * @param positions the text position of each row
 * @param wanted [length of the text]: 1 where a label's character belongs to the split being paired
 */
export function pairRows(positions: Int32Array, alignment: Alignment, wanted: Uint8Array, labels: Labels): Pairs {
  const offset = labelOffset(alignment);
  const rows: number[] = [];
  for (let row = 0; row < positions.length; row++) if (wanted[positions[row]! + offset] === 1) rows.push(row);

  const lanes = new Float32Array(Math.ceil(labels.real.length / LANES) * rows.length * LANES);
  labels.real.forEach((label, k) => {
    const first = Math.floor(k / LANES) * rows.length * LANES + (k % LANES);
    rows.forEach((row, index) => {
      lanes[first + index * LANES] = label[positions[row]! + offset]!;
    });
  });
  return {
    rows: Uint16Array.from(rows),
    positives: labels.binary.map((label) =>
      Uint16Array.from(rows.filter((row) => label[positions[row]! + offset] === 1)),
    ),
    real: labels.real.length,
    lanes,
  };
}
