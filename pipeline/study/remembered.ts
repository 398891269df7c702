// What a study tells of one network's memory: how many cells add to the last steps, and for each hypothesis the one that
// promises most.
import { group } from 'd3-array';
import type { StudyMemory } from '../contract/study.ts';
import type { SampledSignals } from '../gallery/kept-signals.ts';
import { heldOutOf, type Measured } from '../gallery/measured.ts';
import { measureAdded, withMemory } from '../gallery/memory.ts';
import type { Score } from '../scoring/rank.ts';
import { type PromisedAndAdded, type WindowAdding, WORTH_JUDGING } from '../scoring/window/added.ts';
import { MEMORY_LENGTH } from '../scoring/window/windows.ts';

/** What the signals are added to, and what they must beat. */
export interface MemoryBench {
  /** None where nothing is held out. */
  readonly windows: readonly WindowAdding[];
  /** The most that cells of untrained networks add, for each hypothesis. */
  readonly untrained: ReadonlyMap<string, number>;
}

/**
 * @param measured with its sample of the training text
 * @param cells ids, layer by layer
 * @param withCurve whether to count for windows of all lengths
 * @returns null where there are no windows
 */
export function memoryOf(
  { scoring, training }: Measured,
  cells: readonly string[],
  { windows, untrained }: MemoryBench,
  withCurve: boolean,
): StudyMemory | null {
  if (windows.length === 0) return null;
  const { signals } = scoring;
  const counted = windows.filter(({ length }) => withCurve || length === MEMORY_LENGTH);
  const sample: SampledSignals = { ...training!, signals };
  const found = measureAdded(scoring.scores, cells, sample, heldOutOf(scoring, cells.length), counted);
  const scores = withMemory(scoring.scores, found, untrained);
  const cellsOf = (rows: readonly Score[]) => new Set(rows.map(({ cell }) => cell)).size;
  const remembering = scores.filter(({ remembers }) => remembers);
  return {
    remembering: cellsOf(remembering),
    adding: found.curve.find(({ length }) => length === MEMORY_LENGTH)!.cells,
    curve: found.curve.map(({ length, cells: adding }) => ({ steps: length, cells: adding })),
    best: bestOf(scores, found.added, cells).map(({ hypothesis, cell, signal, alignment, adds, addsInterval }) => ({
      hypothesis,
      cell,
      signal,
      alignment,
      adds: adds!,
      interval: addsInterval && [...addsInterval],
      remembering: cellsOf(remembering.filter((score) => score.hypothesis === hypothesis)),
    })),
  };
}

/**
 * For each hypothesis the score that promises most on the training text, so that the held-out text judges one cell and not
 * the best of a thousand; the first cell of those that promise as much.
 */
function bestOf(
  scores: readonly Score[],
  added: readonly (PromisedAndAdded | null)[],
  cells: readonly string[],
): Score[] {
  const place = new Map(cells.map((id, index) => [id, index]));
  const promising = scores
    .map((score, row) => ({ score, promise: added[row]?.promise ?? 0 }))
    .filter(({ promise }) => promise >= WORTH_JUDGING)
    .sort((a, b) => b.promise - a.promise || place.get(a.score.cell)! - place.get(b.score.cell)!);
  return [...group(promising, ({ score }) => score.hypothesis).values()].map(([first]) => first!.score);
}
