// The segments into which a text is cut to be read side by side. Each is read from its beginning to its end, so what is
// added up within one is added in the order of the text, whatever is read beside it; and a shard is some of them.
import { bisectLeft } from 'd3-array';
import { InputError } from '../../base/errors.ts';

/** One of `of` equal shares of a text, counted from 1. */
export interface Shard {
  readonly shard: number;
  readonly of: number;
}

/** The characters from `start` up to, not including, `end`: whole segments, `first` and those before `last`. */
export interface ShardRange {
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
 * The segments of a shard: contiguous, and all but equally many in each.
 * @param segment characters of a segment
 * @throws InputError where there are more shards than segments, or no such shard
 */
export function rangeOf({ shard, of }: Shard, length: number, segment: number): ShardRange {
  checkShard({ shard, of });
  const segments = Math.ceil(length / segment);
  if (of > segments) {
    throw new InputError(
      `This text is read in ${segments} ${segments === 1 ? 'segment' : 'segments'} side by side, too few for ${of} shards.`,
      {},
      `Divide it into at most ${segments}.`,
    );
  }
  const first = Math.floor(((shard - 1) * segments) / of);
  const last = Math.floor((shard * segments) / of);
  return { first, last, start: first * segment, end: Math.min(length, last * segment) };
}

/** Numbers, from 0 without gaps, of the segments that hold judging rows. */
export interface JudgedSegments {
  /** [rows], rising. */
  readonly ofRow: Int32Array;
  /** At least one, which may be empty. */
  readonly count: number;
}

/** @param positions of the judging rows, rising */
export function judgedSegments(positions: Int32Array, segment: number): JudgedSegments {
  let count = 0;
  const ofRow = positions.map((position, row) => {
    const before = positions[row - 1] ?? -1;
    if (row === 0 || Math.floor(position / segment) !== Math.floor(before / segment)) count += 1;
    return count - 1;
  });
  return { ofRow, count: Math.max(1, count) };
}

/** Which judging rows lie in a shard: from, and up to. */
export interface JudgedShard {
  readonly rows: readonly [from: number, to: number];
}

export function judgedShard({ start, end }: ShardRange, positions: Int32Array): JudgedShard {
  return { rows: [bisectLeft(positions, start), bisectLeft(positions, end)] };
}
