// What the pages fetch of a gallery.

import type { z } from 'zod';
import type { CellSummary, cellsSchema } from '../../../pipeline/contract/index.ts';

/** @throws Error with the server's own words where there is no such file */
export async function ask(url: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, options);
  if (response.ok) return response;
  throw new Error(`${response.status} ${response.statusText}`);
}

/** A gzip file begins with these. */
const GZIP = [0x1f, 0x8b];

/** A compressed file's content. Some servers have said of it how it is compressed, so that the browser has unpacked it already. */
export async function fetchUncompressed(url: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(await (await ask(url)).arrayBuffer());
  if (!GZIP.every((byte, k) => bytes[k] === byte)) return bytes;
  const content = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(content).arrayBuffer());
}

/** All cells and hypotheses of a gallery in words. @param url of `cells.json` */
export async function fetchCatalogue(url: string): Promise<z.infer<typeof cellsSchema>> {
  return (await (await ask(url)).json()) as z.infer<typeof cellsSchema>;
}

/** The words about all cells, in the order of layer and unit. @param url of `cells.json` */
export async function fetchCells(url: string): Promise<CellSummary[]> {
  return (await fetchCatalogue(url)).cells;
}
