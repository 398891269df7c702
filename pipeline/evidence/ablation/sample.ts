// Where ablation is measured: a segment in the middle of every block that is held out, each with a run-up, in which the
// others get used to the cell that is held.

import { evenlySpaced } from '../../base/lists.ts';
import type { Span } from '../../base/positions.ts';

/** Steps [start, end) that are foreseen. Reading begins at `from`, with the run-up, and ends before the last of them. */
export interface Foreseen extends Span {
  readonly from: number;
}

/** Steps that are foreseen in all, about. */
const FORESEEN = 3_000;
/**
 * Steps that are read before the first one is foreseen, where there are as many. In the network that read Alice, the changes
 * after 20 steps are within 1% of those after 500, and after 60 within 0.1%.
 */
export const RUN_UP = 40;
/** A shorter segment is not worth its run-up; where blocks are so many, some are left out. */
const SHORTEST = 2 * RUN_UP;

/**
 * @param blocks of the sequence
 * @param positions of the steps that may be foreseen, rising; those of a block lie together
 * @returns a segment for each block that has such steps, all of one length but where a block is shorter
 */
export function predictedSegments(
  blocks: readonly Span[],
  positions: readonly number[],
  atMost: number = FORESEEN,
): Foreseen[] {
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

/** The positions that are foreseen, in order. */
export function predictedPositions(segments: readonly Foreseen[]): number[] {
  return segments.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));
}
