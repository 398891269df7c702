// A field in which a visitor names a cell: all of them are offered, and nobody's typing is overwritten.
import type { CellSummary } from '../../../pipeline/contract/index.ts';
import { fetchCells } from './fetch.ts';

export type CellNames = ReadonlyMap<string, string>;

/** The words for each id, fetched once. They only help: where they cannot be had, there are none. */
export async function offerCells(page: HTMLElement, list: HTMLDataListElement): Promise<CellNames> {
  const cells: CellSummary[] = await fetchCells(`${page.dataset.gallery}cells.json`).catch(() => []);
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

/** Sets a field's value, unless somebody is typing in it: what has just come over the wire does not overwrite that. */
export function setUnlessTyping(field: HTMLInputElement, value: string): void {
  if (document.activeElement !== field) field.value = value;
}
