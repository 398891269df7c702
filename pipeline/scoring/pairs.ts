// Which value goes with which label. A signal belongs to the character just read: under `reading` its value at
// position t is paired with the label of t, under `predicting` with that of t + 1. A pair belongs to the split of the
// label's character, and a value is used only if both of its labels belong to the split, so that both alignments are
// compared on the very same values: at the end of each run of blocks one value is left out.
import { ALIGNMENTS, type Alignment } from '../base/signals.ts';
import { type MidrankTable, midrankOf } from '../statistics/ranks.ts';

/** What every character is labelled with: 0 or 1 for each binary hypothesis, any finite number for each real one. */
export interface Labels {
  /** One array a hypothesis, one entry a character. */
  readonly binary: readonly ArrayLike<number>[];
  readonly real: readonly ArrayLike<number>[];
  /** For each real hypothesis the doubled midranks that stand for its values; without, these are taken as they are. */
  readonly ranks?: readonly MidrankTable[];
}

/** Which of a tally's labels a hypothesis is. */
export interface LabelIndex {
  readonly kind: 'binary' | 'real';
  readonly index: number;
}

/** What hypothesis k of its kind says of a character; of a real one, its value or that one's doubled midrank. */
export function labelOf(labels: Labels, kind: 'binary' | 'real', k: number): (position: number) => number {
  const values = labels[kind][k]!;
  const table = kind === 'real' ? labels.ranks?.[k] : undefined;
  return table === undefined ? (position) => values[position]! : (position) => midrankOf(table, values[position]!);
}

/**
 * The labels of a shard, which is any set of at most 65,536 rows (characters). A label counts once under each
 * alignment; see {@link slotOf}.
 */
export interface ShardLabels {
  readonly rows: number;
  /** For each binary label and alignment, the rows that are paired with it. */
  readonly positives: readonly Uint16Array[];
  /** For each real label and alignment, what each row is paired with. */
  readonly reals: readonly Float32Array[];
}

/** Place of label k, of `count` binary or real ones, under an alignment. */
export function slotOf(alignment: Alignment, k: number, count: number): number {
  return ALIGNMENTS.indexOf(alignment) * count + k;
}

/** How far after a row's own character its label lies. */
export function labelOffset(alignment: Alignment): 0 | 1 {
  return alignment === 'reading' ? 0 : 1;
}

/** Positions whose character and next character both belong to a split, rising. @param split [length of the text]: 0 or 1 */
export function pairedPositions(split: Uint8Array): Int32Array {
  const positions = new Int32Array(split.length);
  let count = 0;
  for (let t = 0; t + 1 < split.length; t++) {
    if (split[t] === 1 && split[t + 1] === 1) positions[count++] = t;
  }
  return positions.slice(0, count);
}

/** @param positions the text position of each row, each of them paired */
export function labelShard(positions: Int32Array, labels: Labels): ShardLabels {
  return labelShards(labels, positions.length)(positions);
}

/**
 * Labels one shard after another in the same memory: what is made anew for each would be garbage by the hundred megabytes.
 * @param rowsAtMost rows of the largest
 * @returns {@link labelShard} of these labels, whose arrays hold until the next call
 */
export function labelShards(labels: Labels, rowsAtMost: number): (positions: Int32Array) => ShardLabels {
  const offsets = ALIGNMENTS.map(labelOffset);
  const binary = offsets.flatMap((offset) =>
    labels.binary.map((label) => ({ label, offset, rows: new Uint16Array(rowsAtMost) })),
  );
  const real = offsets.flatMap((offset) =>
    labels.real.map((_, k) => ({ label: labelOf(labels, 'real', k), offset, values: new Float32Array(rowsAtMost) })),
  );
  return (positions) => ({
    rows: positions.length,
    positives: binary.map(({ label, offset, rows }) => {
      let count = 0;
      for (let row = 0; row < positions.length; row++) if (label[positions[row]! + offset] === 1) rows[count++] = row;
      return rows.subarray(0, count);
    }),
    reals: real.map(({ label, offset, values }) => {
      for (let row = 0; row < positions.length; row++) values[row] = label(positions[row]! + offset);
      return values.subarray(0, positions.length);
    }),
  });
}
