// The null of the time shift: each run of the judging text gets the labels of another run. Labels keep their spans, their
// lengths and their distances, and how much of them a run has; a signal keeps its memory, and its level in each run. What
// the one has to do with the other is gone. Where runs are few there are not orders enough, and the labels are turned
// besides, along each run as along a circle.
//
// Labels that are turned along all runs as along one circle are cut by the runs' ends where the true ones are not. Of a
// signal that hardly changes within a run that makes the null too narrow, and noise of long memory significant: in a
// fifth of all cases where a twentieth is meant. Turning within each run still cuts them once, and doubles the rate for a
// label that comes in whole lines: such a label hardly goes along with what is slow, and a piece of a line does.
import { integerBelow, type Random } from '../base/random.ts';

/** Shifts that all cells and all hypotheses have in common. */
export const SHIFTS = 200;

/** Runs of which there are orders enough, thousands, without turning. */
export const ENOUGH_RUNS = 7;

/** A run that keeps its own labels turns them by more than this at both ends, for until then they overlap themselves. */
export const MARGIN = 1000;

/** Rows that are consecutive in the text: from `start` up to, not including, `end`. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

export interface Shift {
  /** For each run the one whose labels it gets; every run's are given once. */
  readonly from: Int32Array;
  /** The label of that run with which it begins; beyond the run's last one follows its first. */
  readonly turn: Int32Array;
}

/** @param positions of the rows in the text, rising */
export function runsOf(positions: Int32Array): Run[] {
  const starts = Array.from(positions.keys()).filter((row) => row === 0 || positions[row] !== positions[row - 1]! + 1);
  return starts.map((start, run) => ({ start, end: starts[run + 1] ?? positions.length }));
}

/** The margin for a run of `length` characters: a tenth of a short one. */
export function marginOf(length: number): number {
  return Math.min(MARGIN, Math.floor(length / 10));
}

/** Any order of the runs; and of each any turn, where they are fewer than {@link ENOUGH_RUNS}. */
export function drawShifts(runs: readonly Run[], random: Random, count = SHIFTS): Shift[] {
  return Array.from({ length: count }, () => {
    const from = Int32Array.from(runs.keys());
    for (let last = from.length - 1; last > 0; last--) {
      const other = integerBelow(last + 1, random);
      [from[last], from[other]] = [from[other]!, from[last]!];
    }
    const turn = from.map((source, run) => {
      if (runs.length >= ENOUGH_RUNS) return 0;
      const length = runs[source]!.end - runs[source]!.start;
      const margin = source === run ? Math.max(1, marginOf(length)) : 0;
      return Math.min(length - 1, margin + integerBelow(Math.max(1, length - 2 * margin), random));
    });
    return { from, turn };
  });
}

/**
 * Sums of a series under a shift, as they are without it where all runs are equally long.
 *
 * @param series one entry a row
 */
export function sumsUnder(series: Float64Array, runs: readonly Run[], shifts: readonly Shift[]): Float64Array {
  const upTo = runs.map(({ start, end }) => {
    const sums = new Float64Array(end - start + 1);
    for (let row = start; row < end; row++) sums[row - start + 1] = sums[row - start]! + series[row]!;
    return sums;
  });
  return Float64Array.from(shifts, ({ from, turn }) =>
    runs.reduce((sum, { start, end }, run) => sum + along(upTo[from[run]!]!, turn[run]!, end - start), 0),
  );
}

/** The sum of `count` entries along a circle. @param upTo sums of its first 0, 1, 2, … entries */
function along(upTo: Float64Array, first: number, count: number): number {
  const length = upTo.length - 1;
  const end = first + (count % length);
  const whole = Math.floor(count / length) * upTo[length]!;
  return whole + upTo[Math.min(end, length)]! - upTo[first]! + upTo[Math.max(0, end - length)]!;
}
