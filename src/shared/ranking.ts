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
}

function bestOf(cell: CellSummary, eligible: readonly number[]): number {
  let best = -1;
  for (const index of eligible) {
    if ((cell.strength[index] ?? -1) > (cell.strength[best] ?? -1)) best = index;
  }
  return best;
}

const ORDERS: Record<string, (a: Ranked, b: Ranked) => number> = {
  strength: (a, b) => (b.cell.strength[b.hypothesis] ?? -1) - (a.cell.strength[a.hypothesis] ?? -1),
  value: (a, b) => (b.cell.value[b.hypothesis] ?? -1) - (a.cell.value[a.hypothesis] ?? -1),
  cell: () => 0,
};

/** Cells that pass the filters, best first; equals stay in the order of layer and unit. */
export function rankCells(
  cells: readonly CellSummary[],
  hypotheses: readonly Hypothesis[],
  filters: Filters = NO_FILTERS,
): Ranked[] {
  const eligible = hypotheses.flatMap(({ id, needsMemory }, index) =>
    (filters.hypothesis === '' ? filters.easy || needsMemory : id === filters.hypothesis) ? [index] : [],
  );
  const wanted = filters.search.trim().toLowerCase();
  const ranked = cells.map((cell, row) => ({ row, cell, hypothesis: bestOf(cell, eligible) }));
  const kept = ranked.filter(({ cell, hypothesis }) => {
    const choice = cell.choice[hypothesis] ?? '';
    return (
      (filters.hypothesis === '' || hypothesis >= 0) &&
      (filters.layer === '' || String(cell.layer) === filters.layer) &&
      choice.startsWith(filters.signal) &&
      choice.endsWith(filters.direction) &&
      `${cell.id} ${cell.name ?? ''} ${cell.explanation}`.toLowerCase().includes(wanted)
    );
  });
  return kept.sort(ORDERS[filters.sort] ?? ORDERS.strength);
}
