// What is asked of each cell before any is clamped: where it is looked at, and what it is compared with.
import { integerBelow, type Random, seededRandom } from '../../base/random.ts';
import type { Score } from '../../scoring/rank.ts';
import { type Place, placeWhere } from '../../statistics/effects.ts';
import { reachesBar } from '../../statistics/strength.ts';
import type { Moments } from '../../trace/observers.ts';
import { QUOTATIONS } from '../closing-marks.ts';
import { type EvidenceContext, scoresOf } from '../context.ts';

export interface Question {
  /** Numbers of the cells that it is compared with. */
  readonly others: readonly number[];
  /** The best hypothesis, where the label is on and where it is off; null where that is not binary, or the same throughout. */
  readonly byLabel: (Pick<Score, 'hypothesis' | 'alignment'> & { readonly on: Place; readonly off: Place }) | null;
  /** Whether it knows quotations, so that the probability of closing marks is asked for too. */
  readonly closing: boolean;
}

/** Of the random choice of other cells. */
const MATCHING_SEED = 1956;

/**
 * @param positions of the sample, rising
 * @param moments of each layer
 * @returns one for each cell, in order
 */
export function askOfCells(
  context: EvidenceContext,
  positions: readonly number[],
  moments: readonly Moments[],
): Question[] {
  const scoresOfCells = scoresOf(context);
  const random = seededRandom(MATCHING_SEED);
  const placesOf = placesByLabel(context, positions);
  return context.cells.map(({ id, layer, unit }, cell) => {
    const others = matchedCells(moments[layer - 1]!.variance, unit, random).map((other) => cell - unit + other);
    const own = scoresOfCells.get(id) ?? [];
    const [best] = own;
    const places = best === undefined ? null : placesOf(best);
    const { hypothesis, alignment } = best ?? {};
    return {
      others,
      byLabel: places && { hypothesis: hypothesis!, alignment: alignment!, ...places },
      closing: isAboutQuotations(own),
    };
  });
}

/** Whether a cell's best hypothesis is about quotations, or any other that it fits as well as an interpretable cell. */
function isAboutQuotations(own: readonly Score[]): boolean {
  return own.some((score, place) => QUOTATIONS.has(score.hypothesis) && (place === 0 || reachesBar(score)));
}

/**
 * Where a binary hypothesis's label is on and off, the same object for all cells with the same hypothesis and alignment. A
 * step is predicted from the state after the one before it, which is paired with the label of either.
 */
function placesByLabel({ labelled }: EvidenceContext, positions: readonly number[]) {
  const hypotheses = new Map(labelled.labels.map((hypothesis) => [hypothesis.id, hypothesis]));
  const known = new Map<string, { readonly on: Place; readonly off: Place } | null>();
  return ({ hypothesis, alignment }: Pick<Score, 'hypothesis' | 'alignment'>) => {
    const key = `${hypothesis} ${alignment}`;
    if (!known.has(key)) {
      const { kind, values } = hypotheses.get(hypothesis)!;
      const offset = alignment === 'reading' ? 1 : 0;
      const isOn = (position: number) => values[position - offset]! > 0;
      const on = placeWhere(positions, labelled.blocks, isOn);
      const off = placeWhere(positions, labelled.blocks, (position) => !isOn(position));
      known.set(key, kind === 'binary' && on.rows > 0 && off.rows > 0 ? { on, off } : null);
    }
    return known.get(key)!;
  };
}

// What a cell is compared with: cells of its own layer whose h varies about as much, chosen at random. A change that they bring
// about as well tells nothing of the cell.

/** Cells that are drawn, at most, and how many of the likest they are drawn from. */
export const MATCHED = 20;
const LIKEST = 60;

/**
 * @param variances of h of the layer's cells, [units]
 * @returns units, without `unit` itself; fewer than {@link MATCHED} in a small layer
 */
export function matchedCells(variances: ArrayLike<number>, unit: number, random: Random): number[] {
  const distance = (other: number) => Math.abs(variances[other]! - variances[unit]!);
  const likest = Array.from({ length: variances.length }, (_, other) => other)
    .filter((other) => other !== unit)
    .sort((a, b) => distance(a) - distance(b) || a - b)
    .slice(0, LIKEST);
  const drawn: number[] = [];
  while (drawn.length < MATCHED && likest.length > 0)
    drawn.push(...likest.splice(integerBelow(likest.length, random), 1));
  return drawn.sort((a, b) => a - b);
}
