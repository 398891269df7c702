// The rounds in which the starts of a text's segments are found. In each round the segments are read from where they are
// thought to start, and what is found at their ends says where the next round starts. What a round does follows from the
// round before and from those ends alone, whoever has read them: one machine all of them, or each of many its own.
import type { Program } from '../engines/engine.ts';
import type { Architecture } from '../lstm/parameters.ts';
import { type NetworkState, zeroState } from '../lstm/state.ts';
import {
  type Ends,
  type Layout,
  largestGap,
  type Network,
  nextStarts,
  ROUNDED,
  readSegments,
  runUpOf,
  type WindowOutputs,
} from './streams.ts';

/** How far two values may lie apart and still be called the same, relative above 1. */
export const TOLERANCE = 1e-5;
/** Where so small a correction is left, the next reading will need none: the error falls with its square. */
const SETTLED = 0.25;
/** So small a share of c is none. */
const FORGOTTEN = 1e-7;

/** What is read in a round: the end of each segment, all of it, or all of it with the signals, which are scored. */
export const READS = ['run-up', 'segments', 'signals'] as const;

export interface Round {
  readonly reads: (typeof READS)[number];
  /** Of all streams of the layout. */
  readonly starts: NetworkState;
  /** The largest gap between two segments in the round before, where that was scored too; else infinite. */
  readonly gapBefore: number;
}

/** @param known where the segments start, if it is known */
export function firstRound(architecture: Architecture, layout: Layout, known?: NetworkState): Round {
  const zero = zeroState(architecture, layout.streams);
  if (known !== undefined && fits(known, zero)) return firstScored(known);
  if (layout.streams === 1) return firstScored(zero);
  return { reads: runUpOf(layout) > 0 ? 'run-up' : 'segments', starts: zero, gapBefore: Number.POSITIVE_INFINITY };
}

/** The first round whose signals are scored. */
export function firstScored(starts: NetworkState): Round {
  return { reads: 'signals', starts, gapBefore: Number.POSITIVE_INFINITY };
}

/** Whether a state has the layers and streams of another. */
function fits(state: NetworkState, other: NetworkState): boolean {
  return (
    state.length === other.length &&
    state.every(({ h, c }, layer) => h.length === other[layer]!.h.length && c.length === other[layer]!.c.length)
  );
}

/** Where in the segments a round begins to read. */
export function offsetOf(layout: Layout, { reads }: Pick<Round, 'reads'>): number {
  return reads === 'run-up' ? layout.perStream - runUpOf(layout) : 0;
}

/**
 * @param length of the text
 * @param ends what was found at the ends of all streams
 * @returns the round after it, null where the segments join, which counts only of signals; and the largest gap between two segments
 */
export function concludeRound(
  architecture: Architecture,
  layout: Layout,
  length: number,
  { reads, starts, gapBefore }: Round,
  ends: Ends,
): { readonly next: Round | null; readonly gap: number } {
  const gap = largestGap(layout, length, starts, ends.state);
  if (reads === 'signals' && isJoined(gap, gapBefore)) return { next: null, gap };
  const guess = nextStarts(architecture, layout, length, starts, ends);
  if (reads === 'signals') return { next: { reads, starts: guess.starts, gapBefore: gap }, gap };
  const settled = reads === 'run-up' ? largestShare(ends) <= FORGOTTEN : guess.correction <= SETTLED;
  const next = settled
    ? firstScored(guess.starts)
    : { reads: 'segments' as const, starts: guess.starts, gapBefore: Number.POSITIVE_INFINITY };
  return { next, gap };
}

/**
 * Whether segments join as well as they can. Of a cell that never forgets, c is a sum over all the text, and what is rounded
 * at each of its terms depends on where the sum started: readings from starts that are nearly the same differ by that
 * much, and no further reading makes them agree.
 * @param before the gap of the reading before this one
 */
function isJoined(gap: number, before: number): boolean {
  return gap <= TOLERANCE || (gap <= ROUNDED && gap > before / 2);
}

/** The most that any cell keeps of its c. */
function largestShare({ memory }: Ends): number {
  return Math.max(...memory.map((ofLayer) => ofLayer.reduce((most, share) => Math.max(most, share), 0)));
}

/** Starts that the next reading will bear out, as far as the corrections tell. @param first see {@link firstRound} */
export async function settleStarts(
  program: Program,
  network: Network,
  layout: Layout,
  first: Round,
  visit: (outputs: WindowOutputs, offset: number) => void,
): Promise<NetworkState> {
  let round = first;
  while (round.reads !== 'signals') {
    const ends = await readSegments(program, network, layout, round.starts, visit, offsetOf(layout, round));
    round = concludeRound(network.architecture, layout, network.sequence.length, round, ends).next!;
  }
  return round.starts;
}
