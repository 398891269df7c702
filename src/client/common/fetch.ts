// What the pages fetch of a gallery.

import type { z } from 'zod';
import type { Span } from '../../../pipeline/base/positions.ts';
import type { CellSummary, cellsSchema } from '../../../pipeline/contract/index.ts';

/** @throws Error with the server's own words where there is no such file */
export async function ask(url: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, options);
  if (response.ok) return response;
  throw new Error(`${response.status} ${response.statusText}`);
}

/** A gzip file begins with these. */
const GZIP = [0x1f, 0x8b];

/** The content of compressed bytes. @throws TypeError where they are damaged */
export async function unpacked(bytes: Uint8Array<ArrayBuffer>, format: CompressionFormat): Promise<Uint8Array> {
  const { writable, readable } = new DecompressionStream(format);
  const writer = writable.getWriter();
  // What is wrong with them, the reader says.
  for (const written of [writer.write(bytes), writer.close()]) written.catch(() => undefined);
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

/**
 * The content of a part of a file that is compressed by itself, whether or not the server can send a part of it. Some servers say
 * how it is compressed, so that the browser has unpacked it already.
 */
export async function fetchPart(file: string, { start, end }: Span): Promise<Uint8Array> {
  const response = await ask(file, { headers: { Range: `bytes=${start}-${end - 1}` } });
  const sent = new Uint8Array(await response.arrayBuffer());
  const isPart = response.status === 206;
  if (!GZIP.every((byte, k) => sent[k] === byte)) {
    if (isPart) return sent;
    throw new Error('the server has unpacked a file of which a part was asked for');
  }
  return unpacked(isPart ? sent : sent.slice(start, end), 'gzip');
}

/** All cells and hypotheses of a gallery in words. @param url of `cells.json` */
export async function fetchCatalogue(url: string): Promise<z.infer<typeof cellsSchema>> {
  return (await (await ask(url)).json()) as z.infer<typeof cellsSchema>;
}

/** The words about all cells, in the order of layer and unit. @param url of `cells.json` */
export async function fetchCells(url: string): Promise<CellSummary[]> {
  return (await fetchCatalogue(url)).cells;
}
