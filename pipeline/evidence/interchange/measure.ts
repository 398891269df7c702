// For each hypothesis that a cell stands for: what changes when its best cells remember another place.
import { range } from 'd3-array';
import { createProgress } from '../../base/progress.ts';
import { integerBelow, type Random, seededRandom } from '../../base/random.ts';
import { kindOf } from '../../datasets/kinds.ts';
import type { Label } from '../../datasets/labels.ts';
import { isForwardLstm } from '../../lstm/parameters.ts';
import type { NetworkState } from '../../lstm/state.ts';
import type { Score } from '../../scoring/rank.ts';
import { isInterpretable, strength } from '../../statistics/strength.ts';
import { pickStreams } from '../../trace/streams.ts';
import { closingMarksOf, closingProbability, QUOTATIONS } from '../closing-marks.ts';
import { type EvidenceContext, type EvidenceMeasure, readerOf } from '../context.ts';
import { statesBefore } from '../reading.ts';
import { interchange, type Means, placesOf, type Reading } from './interchange.ts';
import { type Pair, pairPlaces } from './places.ts';
import { fitProbe } from './probe.ts';
import {
  type CellInterchange,
  COUNTS,
  type GalleryInterchange,
  type Interchanged,
  type InterchangedProbability,
} from './schema.ts';

/** A place lies ten steps or more within its stretch, so that the network had time to notice; 16 follow that are read on. */
const PLACES = { before: 10, after: 16, most: 64 } as const;
/** Fewer pairs say too little. */
const LEAST_PAIRS = 16;
/** Where the probe gives the label no more than so much more where it is on, there is nothing that could be seen to change. */
const LEAST_APART = 0.1;
/** Draws of random cells, for each number of cells. */
const DRAWS = 3;
const DRAWING_SEED = 2021;

export const interchanges: EvidenceMeasure<CellInterchange, GalleryInterchange> = {
  module: import.meta.url,

  applies({ network, labelled, scores }) {
    const architecture = network?.card.architecture;
    if (network?.targets == null || architecture === undefined || !kindOf(labelled).ofCharacters) return false;
    const reads = architecture.outputs > 0 && isForwardLstm(architecture);
    return (
      reads &&
      scores.trainingPositions.length > 0 &&
      candidates(scores.scores, scores.evaluatedOn, labelled.labels).length > 0
    );
  },

  async measure(context) {
    const { cells, labelled, scores } = context;
    const chosen = candidates(scores.scores, scores.evaluatedOn, labelled.labels).flatMap((label) => {
      const pairs = pairPlaces(label.values, scores.positions, PLACES);
      return pairs.length < LEAST_PAIRS ? [] : [{ label, pairs, best: bestCells(context, label.id) }];
    });
    const progress = createProgress({ title: 'Interchanging memories', total: chosen.length, unit: 'hypotheses' });
    try {
      const reader = readerOf(context);
      const after = chosen.flatMap(({ pairs }) => placesOf(pairs).map((place) => place + 1));
      // One reading of the text for all hypotheses.
      const states = chosen.length === 0 ? [] : await statesBefore(reader, after);
      const hypotheses: Interchanged[] = [];
      let first = 0;
      for (const { label, pairs, best } of chosen) {
        const own = pickStreams(reader.architecture, states, range(first, first + 2 * pairs.length));
        const found = await measureOne(context, label, { pairs, states: own }, best);
        if (found !== null) hypotheses.push(found);
        first += 2 * pairs.length;
        progress.advance(1);
      }
      const done = new Set(hypotheses.map(({ hypothesis }) => hypothesis));
      const places = cells.map((_, cell) =>
        chosen.flatMap(({ label: { id }, best }) =>
          done.has(id) && best.includes(cell) ? [{ hypothesis: id, place: best.indexOf(cell) + 1 }] : [],
        ),
      );
      return { cells: places.map((own) => (own.length === 0 ? null : { places: own })), gallery: { hypotheses } };
    } finally {
      progress.finish();
    }
  },
};

/** The binary labels for which some cell is interpretable. */
function candidates(scores: readonly Score[], evaluatedOn: 'held-out' | 'all', labels: readonly Label[]): Label[] {
  const stoodFor = new Set(
    scores.filter((score) => isInterpretable(score, evaluatedOn)).map(({ hypothesis }) => hypothesis),
  );
  return labels.filter(({ id, kind }) => kind === 'binary' && stoodFor.has(id));
}

/**
 * Numbers of the cells that know most of a hypothesis, the first first: by what they add to the best prediction from the last
 * characters where that is known, and else by strength.
 */
export function orderedCells(
  { cells, scores }: Pick<EvidenceContext, 'cells' | 'scores'>,
  hypothesis: string,
): number[] {
  const numberOf = new Map(cells.map(({ id }, cell) => [id, cell]));
  return scores.scores
    .filter((score) => score.hypothesis === hypothesis)
    .map((score) => ({
      cell: numberOf.get(score.cell)!,
      adds: score.adds ?? Number.NEGATIVE_INFINITY,
      strength: strength(score),
    }))
    .sort((a, b) => (a.adds === b.adds ? b.strength - a.strength : b.adds - a.adds))
    .map(({ cell }) => cell);
}

/** As many as are interchanged at most, but no more of a layer than it has others to draw instead. */
function bestCells(context: EvidenceContext, hypothesis: string): number[] {
  const { cells } = context;
  const sizes = new Map<number, number>();
  for (const { layer } of cells) sizes.set(layer, 1 + (sizes.get(layer) ?? 0));
  const best: number[] = [];
  for (const cell of orderedCells(context, hypothesis)) {
    const { layer } = cells[cell]!;
    if (best.length === COUNTS.at(-1)!) break;
    const taken = best.filter((other) => cells[other]!.layer === layer).length;
    if (taken + 1 <= sizes.get(layer)! / 3) best.push(cell);
  }
  return best;
}

async function measureOne(
  context: EvidenceContext,
  label: Label,
  { pairs, states }: { readonly pairs: readonly Pair[]; readonly states: NetworkState },
  best: readonly number[],
): Promise<Interchanged | null> {
  const { cells } = context;
  const probe = fitProbe(context, label.values, new Set(best));
  const counts = COUNTS.filter((count) => count <= best.length);
  if (probe === null || counts.length === 0) return null;

  const last = cells.at(-1)!.layer;
  const probed = new Set(probe.units);
  const free = [...cells.keys()].filter((cell) => {
    const { layer, unit } = cells[cell]!;
    return !best.includes(cell) && !(layer === last && probed.has(unit));
  });
  const random = seededRandom(DRAWING_SEED);
  const sets = counts.flatMap((count) => {
    const own = best.slice(0, count);
    return [own, ...Array.from({ length: DRAWS }, () => drawLike(own, free, context, random))];
  });
  const marks = QUOTATIONS.has(label.id) ? closingMarksOf(context) : null;
  const closing = marks && closingProbability(context, marks);
  const readings: Reading[] = [
    (_, states, stream) => probe.probability(states.at(-1)!.h, stream),
    ...(closing === null
      ? []
      : [(prediction: Float32Array, _: unknown, stream: number) => closing(prediction, stream)]),
  ];
  const named = [[], ...sets].map((set) => set.map((cell) => cells[cell]!));
  const means = await interchange(readerOf(context), pairs, states, named, PLACES.after, readings);
  const [asIs] = means;
  if (asIs![0]!.inside - asIs![0]!.outside < LEAST_APART) return null;
  const of = (reading: number) =>
    probabilityOf(
      means.map((own) => own[reading]!),
      counts,
    );
  return {
    ...{ hypothesis: label.id, pairs: pairs.length, steps: PLACES.after, draws: DRAWS },
    ...{ probe: of(0), closing: closing === null ? null : of(1) },
  };
}

/** Other cells, as many of each layer as there are among some. @param free numbers of those that may be drawn */
function drawLike(
  own: readonly number[],
  free: readonly number[],
  { cells }: EvidenceContext,
  random: Random,
): number[] {
  const left = [...free];
  return own.flatMap((cell) => {
    const alike = left.filter((other) => cells[other]!.layer === cells[cell]!.layer);
    if (alike.length === 0) return [];
    const drawn = alike[integerBelow(alike.length, random)]!;
    left.splice(left.indexOf(drawn), 1);
    return [drawn];
  });
}

/** @param means with nothing interchanged, and then for each number of cells with the best and with those that were drawn */
function probabilityOf([asIs, ...means]: readonly Means[], counts: readonly number[]): InterchangedProbability {
  const points = (to: keyof Means) =>
    counts.map((cells, k) => {
      const [best, ...drawn] = means.slice(k * (1 + DRAWS), (k + 1) * (1 + DRAWS)).map((own) => own[to]);
      return { cells, best: best!, low: Math.min(...drawn), high: Math.max(...drawn) };
    });
  return { ...asIs!, intoOutside: points('outside'), intoInside: points('inside') };
}
