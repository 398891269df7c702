// The readable text and the cells' output over it, fetched for the reader and the comparison; see lib/readable.ts.
import { cellId, parseCellId } from '../../../pipeline/base/cell-ids.ts';
import { contextOrder, unpackBytes } from '../../../pipeline/base/context-order.ts';
import { unpackSteps } from '../../../pipeline/base/packed-steps.ts';
import { packOf, partOf, withPart } from '../../../pipeline/base/packs.ts';
import { type Characters, type Span, toCharacters } from '../../../pipeline/base/positions.ts';
import type { Gallery, Sizes } from '../../../pipeline/contract/index.ts';
import { type BookPage, cutPages, heldOutSpans, readSections } from '../../shared/book-pages.ts';
import { typedCellId } from '../../shared/cell-number.ts';
import { ask, fetchPart } from './fetch.ts';

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

/** Keeps what has been fetched; what failed is asked for anew the next time. */
function keeping<T>(fetchIt: (of: string) => Promise<T>): (of: string) => Promise<T> {
  const fetched = new Map<string, Promise<T>>();
  return (of) => {
    const known = fetched.get(of) ?? fetchIt(of);
    fetched.set(of, known);
    known.catch(() => fetched.delete(of));
    return known;
  };
}

/** @param gallery address of its data, with a slash at its end */
const fetchSizes = keeping(async (gallery) => (await (await ask(`${gallery}sizes.json`)).json()) as Sizes);

/** The address of what is kept of a cell, for {@link fetchCell}. @param page as for {@link openSource} */
export async function cellSource(page: HTMLElement, cell: string): Promise<string> {
  const gallery = page.dataset.gallery!;
  const row = rowOf(layersOf(page), cell);
  return withPart(gallery + packOf('cells', row), partOf((await fetchSizes(gallery)).cells, row));
}

/** A signal of cells over the held-out sample. */
function sampleOutput(gallery: string, layers: readonly number[], signal: 'h' | 'c', characters: Characters) {
  const order = contextOrder(characters);
  return keeping(async (cell) => {
    const sizes = (await fetchSizes(gallery))[signal]!;
    const part = partOf(sizes, rowOf(layers, cell), sizes.length);
    return unpackBytes(await fetchPart(`${gallery}heldout/${signal}.bin.gz`, part), order);
  });
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
  const gallery = page.dataset.gallery!;
  const { heldOut } = (await (await ask(`${gallery}gallery.json`)).json()) as Pick<Gallery, 'heldOut'>;
  const characters = toCharacters(heldOut.text);
  const { length } = characters;
  return {
    characters,
    pieces: heldOut.pieces,
    heldOut: [{ start: 0, end: length }],
    pages: [],
    output: sampleOutput(gallery, layersOf(page), signal, characters),
  };
}

/** h of cells over a book, to the step. */
function bookOutput(gallery: string, layers: readonly number[], characters: Characters) {
  const order = contextOrder(characters);
  return keeping(async (cell) => {
    const row = rowOf(layers, cell);
    const part = partOf((await fetchSizes(gallery)).book!, row);
    return unpackSteps(await fetchPart(gallery + packOf('book', row), part), order);
  });
}

/** h of the cells over the readable text, of a book to the step. @param page the element that carries the attributes of lib/readable.ts */
export async function openSource(page: HTMLElement): Promise<Source> {
  const { text, sections } = page.dataset;
  const gallery = page.dataset.gallery!;
  const layers = layersOf(page);
  const open = async (): Promise<string> => {
    if (text === 'book') return (await ask(`${gallery}book/text.txt`)).text();
    const { heldOut } = (await (await ask(`${gallery}gallery.json`)).json()) as Pick<Gallery, 'heldOut'>;
    return heldOut.text;
  };
  const characters = toCharacters(await open());
  const pages = cutPages(readSections(sections!));
  const output =
    text === 'book' ? bookOutput(gallery, layers, characters) : sampleOutput(gallery, layers, 'h', characters);
  return { characters, pages, heldOut: heldOutSpans(pages), output };
}
