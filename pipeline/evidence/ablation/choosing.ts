// Of which cells more must be known than estimates and a part of the sample tell.
import { deviation } from 'd3-array';
import { averages, type ClusterMean, type Place } from '../../statistics/effects.ts';
import { LEAST_CLUSTERS } from '../../statistics/sign-flips.ts';
import type { Level } from './ablation.ts';
import { mayBeNeeded } from './needed.ts';
import type { Question } from './questions.ts';

/** What is known before any cell is clamped. */
export interface Known {
  readonly questions: readonly Question[];
  /** The whole sample, with its blocks for clusters. */
  readonly whole: Place;
  /** Changes of the loss, [cells, positions]. */
  readonly estimated: Readonly<Record<Level, Float32Array>>;
  /** Whether the probability of closing marks is asked for too, which is not estimated. */
  readonly closing: boolean;
}

/**
 * What a cell's estimates are off by is not known well enough if the 95% interval of that reaches further than one standard
 * deviation of the cells like it, so that it matters, and most of the way that the interval of the corrected change
 * does, so that measuring it at all steps would help.
 */
const LARGE_SHARE = 0.7;

/**
 * Which cells are to be clamped over the whole sample: those whose estimates may be off, those that may be needed, and
 * those of which more is asked than the loss, with the cells that they are compared with.
 * @param changes as corrected, [cells, positions]
 * @param corrections what is in them besides the estimates; 0 of a cell that was measured exactly
 * @param part rows at which corrections were measured
 */
export function judge(
  changes: Float32Array,
  corrections: Float32Array,
  part: readonly number[],
  { questions, whole, closing }: Known,
): (cell: number) => boolean {
  const changesAt = meansAt(changes, whole.rows);
  const correctionsAt = meansAt(corrections, whole.rows);
  const measured = new Set(part);
  const blocksAt = oncePerPlace(
    ({ clusters }) => clusters.filter((rows) => rows.some((row) => measured.has(row))).length,
  );
  const othersAt = (cell: number, place: Place) =>
    questions[cell]!.others.map((other) => changesAt(place)[other]!.mean);
  const asked = new Set<number>();
  questions.forEach((question, cell) => {
    if (closing && question.closing) for (const one of [cell, ...question.others]) asked.add(one);
  });
  const mayBeOff = (cell: number, place: Place) => {
    const { half } = correctionsAt(place)[cell]!;
    const spread = deviation(othersAt(cell, place)) ?? 0;
    const isWide = half > spread && half > LARGE_SHARE * changesAt(place)[cell]!.half;
    return isWide || blocksAt(place) < LEAST_CLUSTERS;
  };
  return (cell) => {
    const place = questions[cell]!.byLabel?.on ?? whole;
    if (asked.has(cell) || mayBeOff(cell, whole) || mayBeOff(cell, place)) return true;
    const { mean } = changesAt(place)[cell]!;
    const { half } = correctionsAt(place)[cell]!;
    return mayBeNeeded(mean, half, othersAt(cell, place), questions.length);
  };
}

/**
 * Whether clamping a cell at zero changes anything, where it is looked at, that differs from what clamping it at its mean does
 * by more than the 95% interval of that reaches; or there is no such interval.
 * @param changes at the mean, as corrected or measured, [cells, positions]
 */
export function differsAtZero(
  changes: Float32Array,
  { questions, whole, estimated }: Known,
): (cell: number) => boolean {
  const at = {
    changes: meansAt(changes, whole.rows),
    mean: meansAt(estimated.mean, whole.rows),
    zero: meansAt(estimated.zero, whole.rows),
  };
  return (cell) => {
    const { byLabel } = questions[cell]!;
    return [whole, ...(byLabel === null ? [] : [byLabel.on, byLabel.off])].some((place) => {
      const difference = at.zero(place)[cell]!.mean - at.mean(place)[cell]!.mean;
      const { half } = at.changes(place)[cell]!;
      return !Number.isFinite(half) || Math.abs(difference) > half;
    });
  };
}

/** The mean of each cell at a place. @param values [cells, rows] */
const meansAt = (values: Float32Array, rows: number): ((place: Place) => readonly ClusterMean[]) =>
  oncePerPlace((place) => averages(values, rows, place));

function oncePerPlace<T>(make: (place: Place) => T): (place: Place) => T {
  const known = new Map<Place, T>();
  return (place) => {
    if (!known.has(place)) known.set(place, make(place));
    return known.get(place)!;
  };
}
