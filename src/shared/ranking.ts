// Which cells, in which order: the rule of every list on the site. Runs at build and in the browser.
import type { CellSummary } from '../../pipeline/contract/index.ts';

/** What the ranking must know of a hypothesis; in the order of `cells.json`. */
export type Hypothesis = { id: string; needsMemory: boolean };

export interface Filters {
  /** Id of the one hypothesis to rank by; empty: each cell by its best. */
  hypothesis: string;
  /** Also hypotheses that the character alone answers. */
  easy: boolean;
  layer: string;
  signal: string;
  /** `+` for cells that are on, `-` for cells that are off. */
  direction: string;
  search: string;
  sort: string;
}

export const NO_FILTERS: Filters = {
  hypothesis: '',
  easy: false,
  layer: '',
  signal: '',
  direction: '',
  search: '',
  sort: 'strength',
};

/** A cell with the hypothesis that it is listed under; `row` is its place in `cells.json` and in the wall. */
export interface Ranked {
  row: number;
  cell: CellSummary;
  /** Index of the hypothesis; -1 where the cell can be scored on none. */
  hypothesis: number;
  /** Whether what is said of it is a rule that was found, and no hypothesis. */
  byRule: boolean;
}

/** Whether a cell's score passes for more than chance. */
export function passes({ passes: all }: CellSummary, hypothesis: number): boolean {
  return all.includes(hypothesis);
}

/** More than any strength or value, in thousandths, and their distance from the least. */
const PASSED = 10_000;

/** By what a list of one hypothesis is in order: those that pass before all others, then by a number in thousandths; -1 where there is none. */
export function standing(cell: CellSummary, hypothesis: number, by: 'strength' | 'value' = 'strength'): number {
  const own = cell[by][hypothesis];
  return own == null ? -1 : own + (passes(cell, hypothesis) ? PASSED : 0);
}

/**
 * By what cells are in order where each is listed under what heads it: first those that remember it, by what they add; then those
 * that do better than any untrained cell; then the others.
 */
function prominence(cell: CellSummary, hypothesis: number): number {
  const kept = rememberedBy(cell, hypothesis);
  if (kept !== undefined) return 3 * PASSED + kept;
  const own = standing(cell, hypothesis);
  return own >= PASSED && cell.beyond.includes(hypothesis) ? own + PASSED : own;
}

/** What a cell adds to what the last steps tell of a hypothesis, in thousandths; undefined where it does not remember it. */
export function rememberedBy({ remembers }: CellSummary, hypothesis: number): number | undefined {
  return remembers.find((kept) => kept.hypothesis === hypothesis)?.adds;
}

const said = new WeakMap<CellSummary, string>();

/** Whether a cell's number, name or explanation holds what a visitor typed. @param wanted in small letters, without spaces around it */
export function says(cell: CellSummary, wanted: string): boolean {
  // Said once a cell, for a list asks it of all of them at every key.
  const words = said.get(cell) ?? `${cell.id} ${cell.name ?? ''} ${cell.explanation}`.toLowerCase();
  said.set(cell, words);
  return words.includes(wanted);
}

/** Cells that pass the filters, best first; equals stay in the order of layer and unit. */
export function rankCells(
  cells: readonly CellSummary[],
  hypotheses: readonly Hypothesis[],
  filters: Filters = NO_FILTERS,
): Ranked[] {
  const asked = filters.hypothesis === '' ? null : hypotheses.findIndex(({ id }) => id === filters.hypothesis);
  const wanted = filters.search.trim().toLowerCase();
  const ranked = cells.map((cell, row) => ({
    row,
    cell,
    hypothesis: asked ?? cell.best ?? -1,
    byRule: asked === null && cell.heading === 'found',
  }));
  const kept = ranked.filter(({ cell, hypothesis }) => {
    const choice = cell.choice[hypothesis] ?? '';
    return (
      (asked === null || cell.strength[hypothesis] != null) &&
      (filters.layer === '' || String(cell.layer) === filters.layer) &&
      choice.startsWith(filters.signal) &&
      choice.endsWith(filters.direction) &&
      says(cell, wanted)
    );
  });
  const isEasy = hypotheses.map(({ needsMemory }) => asked === null && !filters.easy && !needsMemory);
  const by = filters.sort === 'value' ? 'value' : 'strength';
  const place = ({ cell, hypothesis }: Ranked): number =>
    (asked === null && by === 'strength' ? prominence(cell, hypothesis) : standing(cell, hypothesis, by)) -
    (isEasy[hypothesis] ? 5 * PASSED : 0);
  if (filters.sort !== 'cell') {
    const places = new Map(kept.map((one) => [one, place(one)]));
    kept.sort((a, b) => places.get(b)! - places.get(a)!);
  }
  return kept;
}
