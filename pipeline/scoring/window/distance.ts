// How old what a cell knows may be: what its signal adds, by how long ago the label last changed.
import { bisectRight } from 'd3-array';
import { type Label, labelOffset } from '../plan/labels.ts';
import type { ChosenSignal, WindowAdding } from './added.ts';

/** Steps since the label was last turned on or off: where each group begins. */
export const DISTANCES = [0, 10, 20, 50, 100, 200] as const;

export interface AddedAtDistance {
  /** The first distance of the group; the next group's is the end. */
  readonly from: number;
  /** Held-out steps in it. */
  readonly steps: number;
  /** The share of what the window leaves there that the signal takes away; null where there are no such steps. */
  readonly adds: number | null;
}

/**
 * @param positions of the judging rows, rising
 * @returns null of a label that is a number, and of one that is given away
 */
export function addedByDistance(
  { hypothesis, alignment, training, judging }: ChosenSignal,
  { kind, values }: Label,
  positions: Int32Array,
  window: WindowAdding,
): AddedAtDistance[] | null {
  const adding = window.of(hypothesis, alignment);
  if (kind !== 'binary' || adding === null) return null;
  const offset = labelOffset(alignment);
  const group = new Int32Array(positions.length);
  let [step, since] = [0, 0];
  positions.forEach((position, row) => {
    for (; step < position + offset; step++) since = values[step + 1] === values[step] ? since + 1 : 0;
    group[row] = bisectRight(DISTANCES, since) - 1;
  });
  const { alone, together } = adding.judgeBy({ training, judging }, group, DISTANCES.length);
  return DISTANCES.map((from, k) => {
    const steps = group.reduce((count, own) => count + Number(own === k), 0);
    return { from, steps, adds: steps === 0 ? null : 1 - together[k]! / alone[k]! };
  });
}
