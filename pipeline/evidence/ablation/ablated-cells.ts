// What is told of each cell, once all of them were clamped: what changes everywhere, by the best hypothesis's label, and at
// the closing marks; beside what changes without other cells, at the very same steps.

import { spanNumbers } from '../../base/positions.ts';
import { integerBelow, type Random, seededRandom } from '../../base/random.ts';
import type { Score } from '../../scoring/rank.ts';
import { averageAt, averages, type ClusterMean, othersOf, type Place, placeWhere } from '../../statistics/effects.ts';
import { reachesBar } from '../../statistics/strength.ts';
import { QUOTATIONS } from '../closing-marks.ts';
import { type EvidenceContext, scoresOf } from '../context.ts';
import type { Moments } from '../reading.ts';
import type { Measured } from './ablation.ts';
import { NEEDED_P, neededP } from './needed.ts';
import type { AblationComparison, CellAblation } from './schema.ts';

export interface AblationFound {
  /** Of the sample, rising. */
  readonly positions: readonly number[];
  /** A layer each. */
  readonly moments: readonly Moments[];
  readonly loss: Measured;
  /** The probability of a closing mark, and where one stands; null where there are none. */
  readonly closing: { readonly marks: ReadonlySet<number>; readonly probability: Measured } | null;
}

/** Of the random choice of other cells, and of the signs that are flipped. */
const MATCHING_SEED = 1956;
const FLIPPING_SEED = 1935;

/** For each cell, in order. */
export function describeAblations(found: AblationFound, context: EvidenceContext): CellAblation[] {
  const { positions, moments, loss, closing } = found;
  const { labelled, cells } = context;
  const scoresOfCells = scoresOf(context);
  const random = seededRandom(MATCHING_SEED);
  // Paragraphs of one block are no independent evidence: a scene or a speaker goes on.
  const placeOf = (isSo: (position: number) => boolean) => placeWhere(positions, labelled.blocks, isSo);
  const whole = placeOf(() => true);

  const everywhere = compareAt(loss, whole)!;
  const follows =
    closing &&
    compareAt(
      closing.probability,
      placeOf((position) => closing.marks.has(position)),
    );
  const elsewhere =
    closing &&
    compareAt(
      closing.probability,
      placeOf((position) => !closing.marks.has(position)),
    );
  const labels = oncePerLabel(context, (isOn) => {
    const [on, off] = [placeOf(isOn), placeOf((position) => !isOn(position))];
    return { on, inside: compareAt(loss, on), outside: compareAt(loss, off) };
  });

  const told = cells.map(({ id, layer, unit }, cell) => {
    const { mean, variance } = moments[layer - 1]!;
    const others = matchedCells(variance, unit, random).map((other) => cell - unit + other);
    const own = scoresOfCells.get(id) ?? [];
    const [best] = own;
    const { on = whole, inside = null, outside = null } = (best && labels(best)) ?? {};
    const byLabel = inside &&
      outside && {
        hypothesis: best!.hypothesis,
        alignment: best!.alignment,
        inside: inside(cell, others),
        outside: outside(cell, others),
      };
    return {
      question: { place: byLabel === null ? whole : on, others },
      ablation: {
        meanOfH: mean[unit]!,
        others: others.length,
        everywhere: everywhere(cell, others),
        byLabel,
        closing:
          follows &&
          elsewhere &&
          (isAboutQuotations(own) ? { follows: follows(cell, others), elsewhere: elsewhere(cell, others) } : null),
      },
    };
  });

  const blockOf = spanNumbers(labelled.blocks, positions);
  const questions = told.map(({ question }) => question);
  const ps = neededP(loss.changes.mean, blockOf, questions, seededRandom(FLIPPING_SEED));
  return told.map(({ ablation }, cell) => {
    const p = ps[cell]!;
    return { ...ablation, needed: p === null ? null : { p, is: isNeeded(ablation, p) } };
  });
}

/** Whether what is lost without a cell, where its label is on, is more than chance and more than without any like it. */
function isNeeded({ byLabel, everywhere }: Pick<CellAblation, 'byLabel' | 'everywhere'>, p: number): boolean {
  const { change, others } = (byLabel?.inside ?? everywhere).mean;
  return p <= NEEDED_P && change > 0 && others !== null && change > others.high;
}

/** Whether a cell's best hypothesis is about quotations, or any other that it fits as well as an interpretable cell. */
function isAboutQuotations(own: readonly Score[]): boolean {
  return own.some((score, place) => QUOTATIONS.has(score.hypothesis) && (place === 0 || reachesBar(score)));
}

/** What changes without a cell at some steps, and without others that it is compared with; null where there are no such steps. */
function compareAt({ asIs, changes }: Measured, place: Place) {
  if (place.rows === 0) return null;
  const before = averageAt(asIs, place);
  const mean = averages(changes.mean, asIs.length, place);
  const zero = averages(changes.zero, asIs.length, place);
  return (cell: number, others: readonly number[]): AblationComparison => ({
    steps: place.rows,
    asIs: before,
    mean: changeOf(mean, cell, others),
    zero: changeOf(zero, cell, others),
  });
}

function changeOf(all: readonly ClusterMean[], cell: number, others: readonly number[]): AblationComparison['mean'] {
  const { mean, half } = all[cell]!;
  return {
    change: mean,
    interval: Number.isFinite(half) ? [mean - half, mean + half] : null,
    others: othersOf(all, others),
  };
}

/**
 * What is made of a binary hypothesis's label, once for all cells with the same hypothesis and alignment. A step is predicted
 * from the state after the one before it, which is paired with the label of either.
 * @returns null of a hypothesis that is not binary
 */
function oncePerLabel<T>({ labelled }: EvidenceContext, make: (isOn: (position: number) => boolean) => T) {
  const hypotheses = new Map(labelled.labels.map((hypothesis) => [hypothesis.id, hypothesis]));
  const made = new Map<string, T>();
  return ({ hypothesis, alignment }: Pick<Score, 'hypothesis' | 'alignment'>): T | null => {
    const { kind, values } = hypotheses.get(hypothesis)!;
    if (kind !== 'binary') return null;
    const key = `${hypothesis} ${alignment}`;
    const offset = alignment === 'reading' ? 1 : 0;
    const known = made.get(key) ?? make((position) => values[position - offset]! > 0);
    made.set(key, known);
    return known;
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
