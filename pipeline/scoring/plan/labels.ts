// The labels that hypotheses give a text: which of them the judging text can test, and which value goes with which label.
//
// A hypothesis that the judging text hardly bears out either way is not scored. A signal belongs to the character just
// read: under `reading` its value at position t is paired with the label of t, under `predicting` with that of t + 1. A
// pair belongs to the split of the label's character, and a value is used only if both of its labels belong to the split,
// so that both alignments are compared on the very same values: at the end of each run of blocks one value is left out.
import { InputError } from '../../base/errors.ts';
import { ALIGNMENTS, type Alignment } from '../../base/signals.ts';
import type { Label } from '../../datasets/labels.ts';
import { type MidrankTable, markedPositions, midrankOf } from '../../statistics/ranks.ts';
import type { Division, JudgedBlock } from './division.ts';

export type { Label };

/** Fewer spans than this, or spans in fewer blocks, are too few to judge by. */
export const SPANS_AT_LEAST = 10;
export const BLOCKS_AT_LEAST = 3;

/** On a text too short to hold any of it out nothing is judged: a score describes, and for that it takes less. */
export const SPANS_TO_DESCRIBE = 2;

/** How often a hypothesis occurs in a text. */
export interface Occurrence {
  /** Runs of labelled characters, cut at the blocks' ends; of a real label, the places where it falls back. */
  readonly spans: number;
  /** Blocks with at least one of them. */
  readonly blocks: number;
}

export interface Scorability extends Occurrence {
  readonly scorable: boolean;
  /** Why not, as a sentence; null where it is scorable. */
  readonly reason: string | null;
  /** Share of the judging characters that bear the label; null for a real one. */
  readonly baseRate: number | null;
  /** Spans in the whole text. */
  readonly spansInText: number;
}

/**
 * A binary label's spans are its runs. A real label rises along a unit (word, line, sentence) and falls back where the
 * next one begins; so its falls count its units.
 */
export function occurrence({ kind, values }: Label, blocks: readonly Pick<JudgedBlock, 'start' | 'end'>[]): Occurrence {
  let spans = 0;
  let found = 0;
  for (const { start, end } of blocks) {
    let inBlock = 0;
    for (let t = start; t < end; t++) {
      const before = t === start ? (kind === 'binary' ? 0 : values[t]!) : values[t - 1]!;
      if (kind === 'binary' ? values[t]! > before : values[t]! < before) inBlock += 1;
    }
    spans += inBlock;
    if (inBlock > 0) found += 1;
  }
  return { spans, blocks: found };
}

/** Whether the text can judge a hypothesis, and if not, why. */
export function scorability(hypothesis: Label, division: Division): Scorability {
  const { values, kind } = hypothesis;
  const { spans, blocks } = occurrence(hypothesis, division.judgedBlocks);
  const isHeldOut = division.evaluatedOn === 'held-out';
  const text = isHeldOut ? 'held-out text' : 'text';
  const needed = isHeldOut ? SPANS_AT_LEAST : SPANS_TO_DESCRIBE;
  let evaluated = 0;
  let positives = 0;
  let trained = false;
  for (let t = 0; t < values.length; t++) {
    evaluated += division.evaluated[t]!;
    if (division.evaluated[t] === 1 && values[t] === 1) positives += 1;
    if (division.train[t] === 1 && values[t] !== 0) trained = true;
  }
  const reason = (): string | null => {
    const unit = kind === 'binary' ? 'span' : 'restart';
    if (spans < needed) return `The ${text} has ${counted(spans, unit)}; ${needed} are needed.`;
    if (isHeldOut && blocks < BLOCKS_AT_LEAST)
      return `Only ${counted(blocks, 'block')} of the ${text} ${blocks === 1 ? 'has' : 'have'} it; ${BLOCKS_AT_LEAST} are needed.`;
    if (kind === 'binary' && positives === evaluated) return `Every character of the ${text} bears the label.`;
    if (!trained) return 'The training text has none of it, so nothing could be chosen there.';
    return null;
  };
  const why = reason();
  return {
    spans,
    blocks,
    spansInText: occurrence(hypothesis, [{ start: 0, end: values.length }]).spans,
    baseRate: kind === 'binary' ? positives / evaluated : null,
    scorable: why === null,
    reason: why,
  };
}

function counted(n: number, noun: string): string {
  return `${n === 0 ? 'no' : n} ${noun}${n === 1 ? '' : 's'}`;
}

/** @throws InputError if a label does not fit the text, or is not what its kind allows */
export function checkHypothesis({ id, kind, values }: Label, length: number): void {
  if (values.length !== length) {
    throw new InputError(
      `The hypothesis "${id}" labels ${values.length} characters, but the text has ${length}`,
      {},
      'Label every code point of the very text that is scored.',
    );
  }
  for (let t = 0; t < length; t++) {
    const value = values[t]!;
    if (kind === 'binary' ? value === 0 || value === 1 : Number.isFinite(value)) continue;
    throw new InputError(
      `The hypothesis "${id}" labels character ${t} with ${value}`,
      {},
      kind === 'binary' ? 'A binary label is 0 or 1.' : 'A real label is a finite number everywhere.',
    );
  }
}

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
  return markedPositions(split).filter((t) => split[t + 1] === 1);
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
