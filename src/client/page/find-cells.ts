// Finds cells by their number or their words, the best first.
import type { CellSummary } from '../../../pipeline/contract/index.ts';

/**
 * Where the cell stands by its best hypothesis, as `standing` has it for the lists: those that pass before all others. It is
 * said again here, for this is on every page, and the lists' code is not.
 */
const standingOf = ({ best, strength, passes }: CellSummary): number => {
  const own = best === null ? null : strength[best];
  return own == null ? -1 : own + (passes.includes(best!) ? 10_000 : 0);
};

/**
 * The cells whose number, name or explanation holds every word of the query. Those whose number or unit is the query
 * come first, and then the strongest.
 * @param query `2-189`, `2–189`, `189` or words; where it is empty, all cells fit
 * @param limit how many are returned at most
 */
export function findCells(cells: readonly CellSummary[], query: string, limit: number): CellSummary[] {
  const wanted = query.trim().toLowerCase().replaceAll('–', '-');
  const words = wanted.split(/\s+/);
  const isNamed = ({ id, unit }: CellSummary): boolean => id === wanted || String(unit) === wanted;
  const fitting = cells.filter(({ id, name, explanation }) => {
    const text = `${id} ${name ?? ''} ${explanation}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const order = (a: CellSummary, b: CellSummary): number =>
    Number(isNamed(b)) - Number(isNamed(a)) || standingOf(b) - standingOf(a);
  return fitting.sort(order).slice(0, limit);
}
