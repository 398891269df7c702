// What the pages fetch of a gallery.

import type { z } from 'zod';
import type { CellSummary, cellsSchema } from '../../../pipeline/contract/index.ts';

/** @throws Error with the server's own words where there is no such file */
export async function ask(url: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, options);
  if (response.ok) return response;
  throw new Error(`${response.status} ${response.statusText}`);
}

/** All cells and hypotheses of a gallery in words. @param url of `cells.json` */
export async function fetchCatalogue(url: string): Promise<z.infer<typeof cellsSchema>> {
  return (await (await ask(url)).json()) as z.infer<typeof cellsSchema>;
}

/** The words about all cells, in the order of layer and unit. @param url of `cells.json` */
export async function fetchCells(url: string): Promise<CellSummary[]> {
  return (await fetchCatalogue(url)).cells;
}
