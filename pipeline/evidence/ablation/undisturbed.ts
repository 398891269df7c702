// What a reading of the network as it is leaves for the ablation of its cells.

import { evenlySpaced } from '../../base/lists.ts';
import type { Span } from '../../base/positions.ts';
import { signalName } from '../../lstm/names.ts';
import type { NetworkState } from '../../lstm/state.ts';
import { numberSequence, type Sequence } from '../../trace/targets.ts';
import {
  forEachStep,
  type Moments,
  type Observer,
  observe,
  observeMoments,
  observeStates,
  type Reader,
} from '../reading.ts';

export interface Undisturbed {
  /** Before the first step that is read of each segment, a stream each. */
  readonly states: NetworkState;
  /** For each layer but the last what it passes upwards, the segments' steps one after the other; see {@link stepsRead}. */
  readonly passed: readonly Sequence[];
  /** A layer each. */
  readonly moments: readonly Moments[];
}

/** How many steps of a segment are read: up to the one before the last that is predicted. */
export const stepsRead = ({ from, end }: PredictedSegment) => end - 1 - from;

/** @param counted 1 for the steps that the moments are over, [steps] */
export async function readUndisturbed(
  reader: Reader,
  segments: readonly PredictedSegment[],
  counted: Uint8Array,
): Promise<Undisturbed> {
  const starts = segments.map(({ from }) => from);
  const { states, ...observer } = observeStates(reader, starts);
  const passing = observePassed(reader, segments);
  const moments = observeMoments(reader, counted);
  await observe(reader, [observer, passing, moments]);
  return { states, passed: passing.passed(), moments: moments.moments() };
}

function observePassed({ architecture }: Reader, segments: readonly PredictedSegment[]) {
  const layers = architecture.units.slice(0, -1);
  const positions = segments.flatMap((segment) =>
    Array.from({ length: stepsRead(segment) }, (_, k) => segment.from + k),
  );
  const places = Map.groupBy(positions.keys(), (place) => positions[place]!);
  const h = layers.map((units) => new Float32Array(positions.length * units));
  const observer: Observer = {
    begin() {},
    window(window) {
      forEachStep(window, (position, row) => {
        for (const place of places.get(position) ?? []) {
          layers.forEach((units, layer) => {
            const values = window.outputs[signalName(layer, 'h')]!.subarray(row * units, (row + 1) * units);
            h[layer]!.set(values, place * units);
          });
        }
      });
    },
  };
  return { ...observer, passed: () => layers.map((units, layer) => numberSequence(h[layer]!, units)) };
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

/** The positions that are predicted, in order. */
export function predictedPositions(segments: readonly PredictedSegment[]): number[] {
  return segments.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, k) => start + k));
}
