// What all cells are called, for fields in which one is named: fetched once, and offered as suggestions.
import type { CellSummary } from '../../pipeline/contract/index.ts';
import { fetchCells } from './source.ts';

export type CellNames = ReadonlyMap<string, string>;

/** The words for each id. They only help: where they cannot be had, there are none. */
export async function offerCells(page: HTMLElement, list: HTMLDataListElement): Promise<CellNames> {
  const cells: CellSummary[] = await fetchCells(page).catch(() => []);
  const names = new Map(cells.map(({ id, name, explanation }) => [id, name ?? explanation]));
  list.replaceChildren(
    ...Array.from(names, ([id, name]) => {
      const option = document.createElement('option');
      option.value = id;
      option.label = name;
      return option;
    }),
  );
  return names;
}
