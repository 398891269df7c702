// The stretches into which a text is cut to be read side by side. Each is read from its beginning to its end, so what is
// added up within one is added in the order of the text, whatever is read beside it; and a shard is some of them.
import { InputError } from '../errors.ts';

/** One of `of` equal shares of a text, counted from 1. */
export interface Shard {
  readonly shard: number;
  readonly of: number;
}

/** The characters from `start` up to, not including, `end`: whole stretches, `first` and those before `last`. */
export interface Part {
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
}

/** @throws InputError where there is no such shard */
export function checkShard({ shard, of }: Shard): void {
  if (shard >= 1 && shard <= of) return;
  const fix = of >= 1 ? `Name one from 1/${of} to ${of}/${of}.` : 'Divide the text into at least one.';
  throw new InputError(`There is no shard ${shard} of ${of}.`, {}, fix);
}

/**
 * The stretches of a shard: contiguous, and all but equally many in each.
 * @param stretch characters of a stretch
 * @throws InputError where there are more shards than stretches, or no such shard
 */
export function partOf({ shard, of }: Shard, length: number, stretch: number): Part {
  checkShard({ shard, of });
  const stretches = Math.ceil(length / stretch);
  if (of > stretches) {
    throw new InputError(
      `This text is read in ${stretches} ${stretches === 1 ? 'stretch' : 'stretches'} side by side, too few for ${of} shards.`,
      {},
      `Divide it into at most ${stretches}.`,
    );
  }
  const first = Math.floor(((shard - 1) * stretches) / of);
  const last = Math.floor((shard * stretches) / of);
  return { first, last, start: first * stretch, end: Math.min(length, last * stretch) };
}

/** Numbers, from 0 without gaps, of the stretches that hold judging rows. */
export interface JudgedStretches {
  /** [rows], rising. */
  readonly ofRow: Int32Array;
  /** At least one, which may be empty. */
  readonly count: number;
}

/** @param positions of the judging rows, rising */
export function judgedStretches(positions: Int32Array, stretch: number): JudgedStretches {
  let count = 0;
  const ofRow = positions.map((position, row) => {
    const before = positions[row - 1] ?? -1;
    if (row === 0 || Math.floor(position / stretch) !== Math.floor(before / stretch)) count += 1;
    return count - 1;
  });
  return { ofRow, count: Math.max(1, count) };
}

/** Of a part, which judging rows lie in it, and which of the stretches that have some: from, and up to. */
export interface JudgedPart {
  readonly rows: readonly [from: number, to: number];
  readonly stretches: readonly [from: number, to: number];
}

export function judgedPart({ start, end }: Part, positions: Int32Array, { ofRow }: JudgedStretches): JudgedPart {
  const before = (position: number) => positions.reduce((rows, own) => rows + (own < position ? 1 : 0), 0);
  const [from, to] = [before(start), before(end)];
  return { rows: [from, to], stretches: from === to ? [0, 0] : [ofRow[from]!, ofRow[to - 1]! + 1] };
}
