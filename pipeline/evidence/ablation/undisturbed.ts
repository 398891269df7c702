// What a reading of the network as it is leaves for the ablation of its cells.

import { evenlySpaced } from '../../base/lists.ts';
import type { Span } from '../../base/positions.ts';
import { type Moments, observeMoments } from '../../trace/observers.ts';
import { observe, type Reader } from '../reading.ts';
import { observeRecorded, type Recorded } from './recorded.ts';

export interface Undisturbed {
  /** From the step before the first that is read of each segment. */
  readonly recorded: Recorded;
  /** A layer each. */
  readonly moments: readonly Moments[];
}

/** How many steps of a segment are read: up to the one before the last that is predicted. */
export const stepsRead = ({ from, end }: PredictedSegment) => end - 1 - from;

/**
 * @param counted 1 for the steps that the moments are over, [steps]
 * @param known these moments, where they are: only the segments are read then
 */
export async function readUndisturbed(
  reader: Reader,
  segments: readonly PredictedSegment[],
  counted: Uint8Array,
  known?: readonly Moments[],
): Promise<Undisturbed> {
  const positions = segments.flatMap((segment) =>
    Array.from({ length: stepsRead(segment) + 1 }, (_, k) => segment.from - 1 + k),
  );
  const { recorded, ...recording } = observeRecorded(reader, positions);
  if (known !== undefined) {
    await observe(reader, [recording], undefined, positions);
    return { recorded, moments: known };
  }
  const moments = observeMoments(reader, counted);
  await observe(reader, [recording, moments]);
  return { recorded, moments: moments.moments() };
}

// Where ablation is measured: a segment in the middle of every block that is held out, each with a run-up, in which the
// others get used to the cell that is clamped.

/** Steps [start, end) that are predicted. Reading begins at `from`, with the run-up, and ends before the last of them. */
export interface PredictedSegment extends Span {
  readonly from: number;
}

/** Steps that are predicted in all, about. */
const PREDICTED = 3_000;
/**
 * Steps that are read before the first one is predicted, where there are as many. In the network that read Alice, the changes
 * after 20 steps are within 1% of those after 500, and after 60 within 0.1%.
 */
export const RUN_UP = 40;
/** A shorter segment is not worth its run-up; where blocks are so many, some are left out. */
const SHORTEST = 2 * RUN_UP;

/**
 * @param blocks of the sequence
 * @param positions of the steps that may be predicted, rising; those of a block lie together
 * @returns a segment for each block that has such steps, all of one length but where a block is shorter
 */
export function predictedSegments(
  blocks: readonly Span[],
  positions: readonly number[],
  atMost: number = PREDICTED,
): PredictedSegment[] {
  const usable = blocks
    .map(({ start, end }) => positions.filter((position) => position >= Math.max(1, start) && position < end))
    .filter(({ length }) => length > 0);
  const chosen = evenlySpaced(usable, Math.max(1, Math.floor(atMost / SHORTEST)));
  const each = Math.ceil(atMost / Math.max(1, chosen.length));
  return chosen.map((own) => {
    const length = Math.min(each, own.length);
    const start = own[Math.floor((own.length - length) / 2)]!;
    return { from: Math.max(0, start - 1 - RUN_UP), start, end: start + length };
  });
}

/** Steps that are predicted in the part of a segment at which every cell is clamped, and segments that have such a part, at most. */
const PART = 30;
const PARTS = 10;
/** Steps that are read before them: in the network that read Alice, the changes after 10 are within 1% of those after 40. */
const PART_RUN_UP = 10;
/** A part that is a larger share of the sample is not worth it. */
const WORTH_A_PART = 0.5;

/**
 * The part of the sample at which every cell is clamped: the middle of some of the segments, spread over all of them.
 * @returns the sample itself, where a part would hardly be quicker to read
 */
export function partOf(segments: readonly PredictedSegment[]): readonly PredictedSegment[] {
  const parts = evenlySpaced(segments, PARTS).map(({ from, start, end }) => {
    const length = Math.min(PART, end - start);
    const first = start + Math.floor((end - start - length) / 2);
    return { from: Math.max(from, first - 1 - PART_RUN_UP), start: first, end: first + length };
  });
  const stepsOf = (sample: readonly PredictedSegment[]) => sample.reduce((sum, segment) => sum + stepsRead(segment), 0);
  return stepsOf(parts) < WORTH_A_PART * stepsOf(segments) ? parts : segments;
}
/** The positions that are predicted, in order. */
export function predictedPositions(segments: readonly PredictedSegment[]): number[] {
  return segments.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));
}
