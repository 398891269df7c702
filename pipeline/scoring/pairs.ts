// Which value goes with which label. A signal belongs to the character just read: under `reading` its value at
// position t is paired with the label of t, under `predicting` with that of t + 1. A pair belongs to the split of the
// label's character, and a value is used only if both of its labels belong to the split, so that both alignments are
// compared on the very same values: at the end of each run of blocks one value is left out.
import { ALIGNMENTS, type Alignment } from '../signals.ts';

/** What every character is labelled with: 0 or 1 for each binary hypothesis, any finite number for each real one. */
export interface Labels {
  /** One array a hypothesis, one entry a character. */
  readonly binary: readonly ArrayLike<number>[];
  readonly real: readonly ArrayLike<number>[];
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
  return {
    rows: positions.length,
    positives: ALIGNMENTS.flatMap((alignment) => {
      const offset = labelOffset(alignment);
      return labels.binary.map((label) => rowsWhere(positions, (position) => label[position + offset] === 1));
    }),
    reals: ALIGNMENTS.flatMap((alignment) => {
      const offset = labelOffset(alignment);
      return labels.real.map((label) => Float32Array.from(positions, (position) => label[position + offset]!));
    }),
  };
}

function rowsWhere(positions: Int32Array, wanted: (position: number) => boolean): Uint16Array {
  const rows = new Uint16Array(positions.length);
  let count = 0;
  for (let row = 0; row < positions.length; row++) if (wanted(positions[row]!)) rows[count++] = row;
  return rows.slice(0, count);
}
