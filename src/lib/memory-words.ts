// What a gallery's pages say of memory, and how a score stands: each sentence with the condition under which it is true.
import type { Cell, Gallery, Score } from '../../pipeline/contract/index.ts';
import { orientedValue, reachesBar } from '../../pipeline/statistics/strength.ts';
import { integer, percent, scoreValue } from '../shared/format.ts';
import { windowValue } from '../shared/window-value.ts';
import { headline, judgedOn } from '../shared/words.ts';

export type Memory = NonNullable<Gallery['memory']>;

/**
 * How a score stands, the first of these that holds:
 * - `untested`: nothing is held out, or too little
 * - `remembers`: it adds to what the last steps tell, by more than chance and than untrained networks
 * - `beyond`: it tracks its label, and neither an untrained cell nor the last steps reach as much
 * - `reached`: it tracks its label, but one of these does too
 * - `weak`: it has more to do with the label than chance explains, but does not reach the bar
 * - `chance`: it has not
 */
export type Standing = 'untested' | 'remembers' | 'beyond' | 'reached' | 'weak' | 'chance';

type Judged = Pick<Gallery, 'evaluatedOn' | 'memory' | 'interpretable'>;

export function standingOf({ evaluatedOn, memory, interpretable }: Judged, score: Score): Standing {
  if (evaluatedOn !== 'held-out' || score.pShift === null) return 'untested';
  if (score.remembers) return 'remembers';
  if (score.pShift > interpretable.p) return 'chance';
  if (!reachesBar(score, interpretable)) return 'weak';
  const others = [score.untrained, windowValue(memory, score)].filter((value) => value !== null);
  return others.some((value) => value >= orientedValue(score)) ? 'reached' : 'beyond';
}

/** Who reaches what a score does, of an untrained cell and the last steps. */
export function reachedBy({ memory }: Pick<Gallery, 'memory'>, score: Score): ('untrained' | 'window')[] {
  const value = orientedValue(score);
  const reaches = (other: number | null) => other !== null && other >= value;
  return [
    ...(reaches(score.untrained) ? (['untrained'] as const) : []),
    ...(reaches(windowValue(memory, score)) ? (['window'] as const) : []),
  ];
}

/**
 * What a description of a cell's page says of how well it does, with a space after it; nothing where an untrained cell, or the last
 * steps, do as well, or where nothing was shown.
 */
export function standingWords(gallery: Gallery, { scores: [best] }: Pick<Cell, 'scores'>): string {
  if (best === undefined) return '';
  const standing = standingOf(gallery, best);
  if (standing === 'remembers') {
    return `It takes away ${percent(best.adds)} of what the last ${gallery.memory?.steps} ${gallery.dataset.words.steps} leave open. `;
  }
  if (standing !== 'beyond') return '';
  const { name, value } = headline(best);
  return `${name} ${scoreValue(value)} ${judgedOn(gallery)}. `;
}

/** The entry of the curve for so many steps. */
const at = (memory: Memory, steps: number) => memory.curve.find((point) => point.steps === steps);

/** Cells of the untrained network that has most of them that add as much as a memory must; null where there is none. */
export function mostUntrained(memory: Memory): number | null {
  return memory.untrained.length === 0 ? null : Math.max(...memory.untrained);
}

/**
 * How a gallery's count of cells that remember stands beside untrained networks, as a sentence with a space before it; nothing
 * where there are none. What untrained cells add is not tested, so that it is set beside what this network's add untested.
 */
export function besideUntrained(memory: Memory): string {
  const most = mostUntrained(memory);
  if (most === null) return '';
  const networks = `${memory.untrained.length} untrained networks`;
  if (most === 0) return ` In ${networks}, no cell does.`;
  return ` Without a test it would be ${integer(memory.adding)}, and up to ${integer(most)} in ${networks}.`;
}

/** Few steps, for what can be read off them. */
export const A_FEW = 8;

/**
 * Whether most of what cells show can be read off the last few steps: of those that add to knowing nothing, less than half
 * add to these. And whether an untrained network's cells show as much.
 */
export function readOffFew(memory: Memory): { readonly cells: boolean; readonly untrained: boolean } {
  const [nothing, few] = [at(memory, 0), at(memory, A_FEW)];
  if (nothing === undefined || few === undefined) return { cells: false, untrained: false };
  const isUntrained = nothing.untrained.length > 0 && Math.min(...nothing.untrained) > nothing.cells / 2;
  return { cells: few.cells < nothing.cells / 2, untrained: isUntrained };
}

/** What is remembered, by most cells first. */
export function rememberedThings(memory: Memory): Memory['hypotheses'] {
  return memory.hypotheses.filter(({ cells }) => cells > 0).sort((a, b) => b.cells - a.cells);
}
