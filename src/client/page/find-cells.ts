// Finds hypotheses by their titles, and cells by their number, their words, or how well they do on such a hypothesis.
import type { CellSummary } from '../../../pipeline/contract/index.ts';
import { typedCellId } from '../../shared/cell-number.ts';
import { rememberedBy, standing } from '../../shared/ranking.ts';

export interface Catalogue {
  /** Ids of the hypotheses, and their titles. */
  readonly hypotheses: readonly string[];
  readonly titles: readonly string[];
  readonly cells: readonly CellSummary[];
}

export interface Found {
  /** Indices of the hypotheses that fit, the closest first. */
  readonly hypotheses: readonly number[];
  /** Each with the hypothesis for which it was found, where its own words do not fit. */
  readonly cells: readonly { readonly cell: CellSummary; readonly for: number | null }[];
}

/** Hypotheses that are listed at most. */
const MOST_HYPOTHESES = 4;

/**
 * First the hypotheses whose title holds every word of the query, with the one that is called so before all. Then cells: the one
 * whose number it is; those that remember such a hypothesis; the best one for each; those whose own words fit; and then the next
 * best for these hypotheses, as far as they pass for more than chance.
 * @param query `2-189`, `2–189`, `189` or words; where it is empty, all cells fit
 * @param limit how many cells are returned at most
 */
export function find({ titles, cells }: Catalogue, query: string, limit: number): Found {
  const wanted = typedCellId(query).toLowerCase();
  const words = wanted.split(/\s+/);
  const fits = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const hypotheses = wanted === '' ? [] : closest(titles, wanted, fits).slice(0, MOST_HYPOTHESES);
  const ranked = cells.map((cell) => ({ cell, ...placeOf(cell, wanted, fits, hypotheses) }));
  for (const hypothesis of hypotheses) promote(ranked, hypothesis);
  const found = ranked.filter(({ rank }) => rank > NONE).sort((a, b) => b.rank - a.rank || b.order - a.order);
  return { hypotheses, cells: found.slice(0, limit).map(({ cell, for: hypothesis }) => ({ cell, for: hypothesis })) };
}

/** Whose title it is, then those that begin with it, then the others in their order. */
function closest(titles: readonly string[], wanted: string, fits: (text: string) => boolean): number[] {
  const near = (title: string): number => Number(title === wanted) + Number(title.startsWith(wanted));
  return titles
    .map((title, index) => ({ title: title.toLowerCase(), index }))
    .filter(({ title }) => fits(title))
    .sort((a, b) => near(b.title) - near(a.title))
    .map(({ index }) => index);
}

const NONE = 0;
const PASSES = 1;
const FITS = 2;
const BEST = 3;
const REMEMBERS = 4;
const NAMED = 5;

interface Place {
  rank: number;
  /** Among those of one rank, more is first. */
  order: number;
  for: number | null;
}

function placeOf(
  cell: CellSummary,
  wanted: string,
  fits: (text: string) => boolean,
  hypotheses: readonly number[],
): Place {
  const { id, unit, name, explanation, best } = cell;
  const own = best === null ? -1 : standing(cell, best);
  if (id === wanted || String(unit) === wanted) return { rank: NAMED, order: own, for: null };
  const kept = hypotheses.find((hypothesis) => rememberedBy(cell, hypothesis) !== undefined);
  if (kept !== undefined) {
    return { rank: REMEMBERS, order: rememberedBy(cell, kept)!, for: kept === best ? null : kept };
  }
  if (fits(`${id} ${name ?? ''} ${explanation}`)) return { rank: FITS, order: own, for: null };
  const passed = hypotheses.find((hypothesis) => cell.passes.includes(hypothesis));
  if (passed === undefined) return { rank: NONE, order: 0, for: null };
  return { rank: PASSES, order: standing(cell, passed), for: passed === best ? null : passed };
}

/** Puts the best cell of a hypothesis before all that merely fit; a hypothesis that is closer to the query goes first. */
function promote(ranked: (Place & { readonly cell: CellSummary })[], hypothesis: number): void {
  let best: (typeof ranked)[number] | undefined;
  for (const one of ranked) {
    if (!one.cell.passes.includes(hypothesis)) continue;
    if (best === undefined || standing(one.cell, hypothesis) > standing(best.cell, hypothesis)) best = one;
  }
  if (best === undefined || best.rank >= BEST) return;
  const before = ranked.filter(({ rank }) => rank === BEST).length;
  Object.assign(best, { rank: BEST, order: -before, for: hypothesis === best.cell.best ? null : hypothesis });
}
