// What is told of each cell, once all of them were clamped: what changes everywhere, by the best hypothesis's label, and at
// the closing marks; beside what changes without other cells, at the very same steps.

import type { Span } from '../../base/positions.ts';
import { spanNumbers } from '../../base/positions.ts';
import { seededRandom } from '../../base/random.ts';
import { averageAt, averages, type ClusterMean, othersOf, type Place, placeWhere } from '../../statistics/effects.ts';
import type { Level } from './ablation.ts';
import { NEEDED_P, neededP } from './needed.ts';
import type { Question } from './questions.ts';
import type { Clamped } from './rounds.ts';
import type { AblationComparison, CellAblation, ChangedProbability } from './schema.ts';

export interface AblationFound extends Clamped {
  /** Of the sample, rising. */
  readonly positions: readonly number[];
  /** What steps lie in; those of one are no independent evidence: a scene or a speaker goes on. */
  readonly blocks: readonly Span[];
  readonly questions: readonly Question[];
  /** The mean of each cell's h. */
  readonly means: readonly number[];
  /** The loss as it is, [positions]. */
  readonly asIs: Float32Array;
  /** Where closing marks stand. */
  readonly marks: ReadonlySet<number>;
}

/** Of the signs that are flipped. */
const FLIPPING_SEED = 1935;

/** For each cell, in order. */
export function describeAblations(found: AblationFound): CellAblation[] {
  const { positions, blocks, questions, changes, asIs, closing, marks } = found;
  const placeOf = (isSo: (position: number) => boolean) => placeWhere(positions, blocks, isSo);
  const whole = placeOf(() => true);
  const lossAt = comparisons(asIs, changes, found.differs);
  const closingAt = (isSo: (position: number) => boolean) => {
    const place = placeOf(isSo);
    return closing === null || place.rows === 0 ? null : probabilities(closing.asIs, closing.changes, place);
  };
  const follows = closingAt((position) => marks.has(position));
  const elsewhere = closingAt((position) => !marks.has(position));

  const ps = neededP(
    changes.mean,
    spanNumbers(blocks, positions),
    questions.map(({ byLabel, others }) => ({ place: byLabel?.on ?? whole, others })),
    seededRandom(FLIPPING_SEED),
  );
  return questions.map(({ others, byLabel, ...question }, cell) => {
    const everywhere = lossAt(whole)(cell, others);
    const label = byLabel && {
      hypothesis: byLabel.hypothesis,
      alignment: byLabel.alignment,
      inside: lossAt(byLabel.on)(cell, others),
      outside: lossAt(byLabel.off)(cell, others),
    };
    const p = ps[cell]!;
    const estimated = found.measuredAt[cell]! < positions.length;
    return {
      meanOfH: found.means[cell]!,
      measuredAt: found.measuredAt[cell]!,
      estimated,
      agreement: { estimated: found.agreement.estimated[cell]!, measured: found.agreement.measured[cell]! },
      others: others.length,
      everywhere,
      byLabel: label,
      closing:
        follows && elsewhere && question.closing
          ? { follows: follows(cell, others), elsewhere: elsewhere(cell, others) }
          : null,
      needed: p === null ? null : { p, is: !estimated && isNeeded(label?.inside ?? everywhere, p) },
    };
  });
}

/** Whether what is lost without a cell is more than chance and more than without any like it. */
function isNeeded({ mean: { change, others } }: AblationComparison, p: number): boolean {
  return p <= NEEDED_P && change > 0 && others !== null && change > others.high;
}

/** What changes of the loss at some steps without a cell, and without others that it is compared with. */
function comparisons(asIs: Float32Array, changes: Readonly<Record<Level, Float32Array>>, differs: readonly boolean[]) {
  const known = new Map<Place, (cell: number, others: readonly number[]) => AblationComparison>();
  const make = (place: Place) => {
    const before = averageAt(asIs, place);
    const mean = averages(changes.mean, asIs.length, place);
    const zero = averages(changes.zero, asIs.length, place);
    return (cell: number, others: readonly number[]): AblationComparison => ({
      steps: place.rows,
      asIs: before,
      mean: changeOf(mean, cell, others),
      zero: differs[cell]! ? changeOf(zero, cell, others) : null,
    });
  };
  return (place: Place) => {
    const at = known.get(place) ?? make(place);
    known.set(place, at);
    return at;
  };
}

/** The same of a probability, which is asked with h clamped at its mean alone. */
function probabilities(asIs: Float32Array, changes: Float32Array, place: Place) {
  const before = averageAt(asIs, place);
  const mean = averages(changes, asIs.length, place);
  return (cell: number, others: readonly number[]): ChangedProbability => ({
    steps: place.rows,
    asIs: before,
    mean: changeOf(mean, cell, others),
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
