// The readable text and the cells' output over it, fetched for the reader and the comparison; see lib/readable.ts.
import { cellId, parseCellId } from '../../../pipeline/base/cell-ids.ts';
import { type Characters, type Span, toCharacters } from '../../../pipeline/base/positions.ts';
import { bookFile, CELLS_PACKED, unpackSteps } from '../../../pipeline/base/steps.ts';
import type { Gallery } from '../../../pipeline/contract/index.ts';
import { type BookPage, cutPages, heldOutSpans, readSections } from '../../shared/book-pages.ts';
import { typedCellId } from '../../shared/cell-number.ts';
import { ask, fetchUncompressed } from './fetch.ts';

export interface Source {
  readonly characters: Characters;
  /** What of them is held out, or all where nothing is. */
  readonly heldOut: readonly Span[];
  readonly pages: readonly BookPage[];
  /** The source's signal of a cell over the text, a byte a character. */
  output(cell: string): Promise<Uint8Array>;
}

/** Layer and unit of an id such as `2-189`, if there is such a cell; a dash of any kind is understood. */
export function knownCell(typed: string, layers: readonly number[]): string | null {
  const [, layer, unit] = /^(\d+)\s*-\s*(\d+)/u.exec(typedCellId(typed)) ?? [];
  if (layer === undefined || unit === undefined) return null;
  return Number(unit) < (layers[Number(layer) - 1] ?? 0) ? cellId(Number(layer), Number(unit)) : null;
}

/** The sizes of the layers that a page states. */
export function layersOf(page: HTMLElement): number[] {
  return page.dataset.layers!.split(' ').map(Number);
}

/** The bytes [start, end) of a file, whether or not the server can send a part of it. */
async function fetchPart(url: string, start: number, end: number): Promise<Uint8Array> {
  const response = await ask(url, { headers: { Range: `bytes=${start}-${end - 1}` } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return response.status === 206 ? bytes : bytes.subarray(start, end);
}

/** Keeps what has been fetched; what failed is asked for anew the next time. */
function keeping(fetchOutput: (cell: string) => Promise<Uint8Array>): Source['output'] {
  const fetched = new Map<string, Promise<Uint8Array>>();
  return (cell) => {
    const known = fetched.get(cell) ?? fetchOutput(cell);
    fetched.set(cell, known);
    known.catch(() => fetched.delete(cell));
    return known;
  };
}

/** The row of a cell in the files of all cells. */
function rowOf(layers: readonly number[], cell: string): number {
  const { layer, unit } = parseCellId(cell)!;
  return layers.slice(0, layer - 1).reduce((sum, units) => sum + units, unit);
}

/** A signal of the cells over the held-out sample, and where its pieces lie in the whole text. @param page as for {@link openSource} */
export async function openSample(
  page: HTMLElement,
  signal: 'h' | 'c',
): Promise<Source & { readonly pieces: readonly Span[] }> {
  const { gallery } = page.dataset;
  const layers = layersOf(page);
  const { heldOut } = (await (await ask(`${gallery}gallery.json`)).json()) as Pick<Gallery, 'heldOut'>;
  const characters = toCharacters(heldOut.text);
  const { length } = characters;
  return {
    characters,
    pieces: heldOut.pieces,
    heldOut: [{ start: 0, end: length }],
    pages: [],
    output: keeping((cell) => {
      const start = rowOf(layers, cell) * length;
      return fetchPart(`${gallery}${heldOut[signal]!.path}`, start, start + length);
    }),
  };
}

/** h of the cells over the readable text, of a book to the step. @param page the element that carries the attributes of lib/readable.ts */
export async function openSource(page: HTMLElement): Promise<Source> {
  const { gallery, text, sections } = page.dataset;
  const layers = layersOf(page);
  const open = async (): Promise<string> => {
    if (text === 'book') return (await ask(`${gallery}book/text.txt`)).text();
    const { heldOut } = (await (await ask(`${gallery}gallery.json`)).json()) as Pick<Gallery, 'heldOut'>;
    return heldOut.text;
  };
  const characters = toCharacters(await open());
  const { length } = characters;
  const fetchOutput = async (cell: string): Promise<Uint8Array> => {
    if (text !== 'book') {
      const start = rowOf(layers, cell) * length;
      return fetchPart(`${gallery}heldout/h.bin`, start, start + length);
    }
    const row = rowOf(layers, cell);
    return unpackSteps(await fetchUncompressed(`${gallery}${bookFile(row)}`), row % CELLS_PACKED);
  };
  const pages = cutPages(readSections(sections!));
  return { characters, pages, heldOut: heldOutSpans(pages), output: keeping(fetchOutput) };
}
