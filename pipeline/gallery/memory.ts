// What the cells of a network remember: how much each chosen signal adds to what the last steps say of its label, and whether
// that is more than any cell of an untrained network adds.
import { group } from 'd3-array';
import type { CellPlace } from '../base/cell-ids.ts';
import { spanNumbers } from '../base/positions.ts';
import { seededRandom } from '../base/random.ts';
import type { LabelledDataset } from '../datasets/dataset.ts';
import type { Label } from '../scoring/plan/labels.ts';
import type { Score } from '../scoring/rank.ts';
import type { HypothesisResult } from '../scoring/results.ts';
import {
  addedBy,
  addingTo,
  type ChosenSignal,
  countAdding,
  type LeftByWindow,
  type PromisedAndAdded,
  type WindowAdding,
} from '../scoring/window/added.ts';
import { addedByDistance } from '../scoring/window/distance.ts';
import type { Windowed } from '../scoring/window/folds.ts';
import { MEMORY_LENGTH, type Window } from '../scoring/window/windows.ts';
import { shareInterval, shareOf } from '../statistics/added.ts';
import { stepDownP } from '../statistics/familywise.ts';
import { LEAST_CLUSTERS, signFlips, sumsUnderFlips } from '../statistics/sign-flips.ts';
import { compareDirections } from './directions.ts';
import { type SampledSignals, signalOf } from './kept-signals.ts';
import { heldOutOf, type Measured, type Memory, type MemoryCurve } from './measured.ts';

/** What a signal must add at least to be called a memory, and the p that it may have at most. */
export const REMEMBERS = { adds: 0.05, p: 0.05 } as const;

/** Of the flips of signs. */
const FLIP_SEED = 1935;

/** What was found of one network: for each score, in their order, what it adds; null where that was not measured. */
export interface AddedScores {
  readonly added: readonly (PromisedAndAdded | null)[];
  readonly curve: readonly MemoryCurve[];
}

/** The windows of a plan, ready for the networks that are scored by it. */
export function preparedWindows(
  windows: readonly Window[],
  windowed: Windowed,
  { blocks }: Pick<LabelledDataset, 'blocks'>,
): WindowAdding[] {
  return addingTo(windows, windowed, spanNumbers(blocks, windowed.judging));
}

/** The signal that was chosen for each score, at the sampled steps. @param cells ids, in the order of the sampled signals */
function chosenSignals(
  scores: readonly Score[],
  cells: readonly string[],
  training: SampledSignals,
  judging: SampledSignals,
): ChosenSignal[] {
  const numbers = new Map(cells.map((id, cell) => [id, cell]));
  return scores.map(({ cell, hypothesis, alignment, signal }): ChosenSignal => {
    const number = numbers.get(cell)!;
    return {
      cell,
      hypothesis,
      alignment,
      training: signalOf(training, number, signal),
      judging: signalOf(judging, number, signal),
    };
  });
}

/**
 * @param cells ids, in the order of the sampled signals
 * @param withCurve whether to count for all windows, which takes most of the time
 */
export function measureAdded(
  scores: readonly Score[],
  cells: readonly string[],
  training: SampledSignals,
  judging: SampledSignals,
  windows: readonly WindowAdding[],
  withCurve = true,
): AddedScores {
  const signals = chosenSignals(scores, cells, training, judging);
  const memory = windows.find(({ length }) => length === MEMORY_LENGTH);
  const byCell = [...group(signals, ({ cell }) => cell).values()];
  return {
    added: signals.map((signal) => (memory === undefined ? null : addedBy(signal, memory))),
    curve: (withCurve ? windows : []).map((window) => ({
      length: window.length,
      cells: countAdding(byCell, window, REMEMBERS.adds),
    })),
  };
}

/** What a score adds; 0 where that was not measured. */
export function shareAt({ added }: AddedScores, row: number): number {
  const found = added[row];
  return found ? shareOf(found) : 0;
}

/** The most that any score of a network adds, for each hypothesis. */
export function mostAdded(scores: readonly Score[], found: AddedScores): Map<string, number> {
  const most = new Map<string, number>();
  scores.forEach(({ hypothesis }, row) => {
    most.set(hypothesis, Math.max(most.get(hypothesis) ?? 0, shareAt(found, row)));
  });
  return most;
}

/**
 * Fills in what the scores add, and whether their cells remember.
 * @param untrained the most that cells of untrained networks add, for each hypothesis
 */
export function withMemory(
  scores: readonly Score[],
  { added }: AddedScores,
  untrained: ReadonlyMap<string, number>,
): Score[] {
  const barOf = (row: number) => Math.max(0, untrained.get(scores[row]!.hypothesis) ?? 0);
  // The training text says which are tested at all, so that only these have to be corrected for.
  const tested = [...added.keys()].filter((row) => (added[row]?.promise ?? 0) >= REMEMBERS.adds);
  const placeOf = new Map(tested.map((row, place) => [row, place]));
  const p = pOfAdding(
    tested.map((row) => {
      const { alone, together } = added[row]!;
      return alone.map((left, block) => (1 - barOf(row)) * left - together[block]!);
    }),
  );
  const filled = scores.map(
    (score): Score => ({ ...score, adds: null, addsInterval: null, pAdds: null, remembers: false }),
  );
  added.forEach((own, row) => {
    if (own === null) return;
    const adds = shareOf(own);
    const ends = shareInterval(own);
    const addsInterval: Score['addsInterval'] = ends === null ? null : [...ends];
    const pAdds = p?.[placeOf.get(row) ?? -1] ?? null;
    const isAbove = addsInterval !== null && addsInterval[0] > barOf(row);
    const remembers = adds >= REMEMBERS.adds && isAbove && pAdds !== null && pAdds <= REMEMBERS.p;
    filled[row] = { ...scores[row]!, adds, addsInterval, pAdds, remembers };
  });
  return filled;
}

/** Corrected over all of them. @param rows what each adds beyond the bar, [blocks]; null where blocks are too few to tell */
function pOfAdding(rows: readonly Float64Array[]): Float64Array | null {
  const clusters = rows[0]?.length ?? 0;
  if (clusters < LEAST_CLUSTERS) return null;
  const { observed, nulls } = sumsUnderFlips(rows, signFlips(clusters, seededRandom(FLIP_SEED)));
  return stepDownP(observed, nulls);
}

/**
 * Fills in what the scores of a measurement add. What the last steps say is known before; so is what untrained cells add.
 * @param measured with its sample of the training text
 * @param cells all of them, layer by layer
 * @param labels of all hypotheses over the dataset
 */
export function rememberedBy<M extends Pick<Measured, 'scoring' | 'training'>>(
  measured: M,
  cells: readonly CellPlace[],
  labels: readonly Label[],
  windows: readonly WindowAdding[],
  untrained: readonly { readonly hypothesis: string; readonly adds: number }[],
): { readonly measured: M; readonly memory: Memory | null } {
  const memory = windows.find(({ length }) => length === MEMORY_LENGTH);
  if (memory === undefined) return { measured, memory: null };
  const { scoring, training } = measured;
  const { scores, signals } = scoring;
  const judging = heldOutOf(scoring, cells.length);
  const sampled = { ...training!, signals };
  const ids = cells.map(({ id }) => id);
  const added = measureAdded(scores, ids, sampled, judging, windows);
  const directions = compareDirections(cells, sampled, judging, memory, REMEMBERS.adds);
  const bars = new Map(untrained.map(({ hypothesis, adds }) => [hypothesis, adds]));
  const remembering = withMemory(scores, added, bars);
  const known = new Map(labels.map((label) => [label.id, label]));
  const remembered = remembering.filter(({ remembers }) => remembers);
  const distances = chosenSignals(remembered, ids, sampled, judging).flatMap((signal) => {
    const { cell, hypothesis } = signal;
    const found = addedByDistance(signal, known.get(hypothesis)!, scoring.heldOut.positions, memory);
    return found === null ? [] : [{ cell, hypothesis, found }];
  });
  return {
    measured: {
      ...measured,
      scoring: {
        ...scoring,
        scores: remembering,
        hypotheses: needingMemory(scoring.hypotheses, memory),
      },
    },
    memory: {
      curve: added.curve,
      directions,
      distances,
      windows: windows.map(({ length, left }) => ({ steps: length, left })),
    },
  };
}

/** Says of the scorable hypotheses that they need memory where the window does not give them away. */
export function needingMemory(hypotheses: readonly HypothesisResult[], { left }: WindowAdding): HypothesisResult[] {
  return hypotheses.map((result) => ({
    ...result,
    needsMemory: result.scorable ? !isGivenAway(result.id, left) : result.needsMemory,
  }));
}

/** Whether the window leaves next to nothing of a label, in one of the two ways to pair it with what was read. */
const isGivenAway = (id: string, left: readonly LeftByWindow[]): boolean =>
  left.some(({ hypothesis, givenAway }) => hypothesis === id && givenAway);
