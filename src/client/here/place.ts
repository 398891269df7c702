// Where a character of a page's text is in the held-out text, and what all cells do there.
import { toCharacters } from '../../../pipeline/base/positions.ts';
import type { Gallery, Sizes } from '../../../pipeline/contract/index.ts';
import { placeInSample, placeInWhole } from '../../shared/book-pages.ts';
import { ofCharacters } from '../../shared/drawn.ts';
import { type Moments, momentsOf } from '../../shared/unusual.ts';
import { ask, fetchCells } from '../common/fetch.ts';
import { unpackOutputs } from '../common/sample.ts';

/** The button that finds cells knows where the gallery lies. */
const { cells: catalogue, pages } = document.querySelector<HTMLElement>('[data-opens="/"]')!.dataset;
const data = catalogue!.replace(/cells\.json$/u, '');
/** Address below which the gallery's pages are. */
export const home = pages!.replace(/cells\/$/u, '');

export type About = Pick<Gallery, 'heldOut' | 'book' | 'dataset'>;

/** What is fetched once; what fails is asked for again. */
function keeping<T>(fetchIt: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= fetchIt().catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

export const openGallery = keeping(async () => {
  const about = (await (await ask(`${data}gallery.json`)).json()) as About;
  return { about, characters: toCharacters(about.heldOut.text) };
});

export interface Outputs {
  readonly bytes: Uint8Array;
  readonly moments: Moments;
  readonly cells: readonly { readonly id: string; readonly name: string }[];
}

/** h of all cells over the held-out text, and what they are called. */
export const openOutputs = keeping(async (): Promise<Outputs> => {
  const { about, characters } = await openGallery();
  const [packed, sizes, summaries] = await Promise.all([
    ask(data + about.heldOut.h.path).then((response) => response.arrayBuffer()),
    ask(`${data}sizes.json`).then((response) => response.json() as Promise<Sizes>),
    fetchCells(catalogue!),
  ]);
  const bytes = await unpackOutputs({ packed: new Uint8Array(packed), sizes: sizes.h, characters });
  const cells = summaries.map(({ id, name, explanation }) => ({ id, name: name ?? explanation }));
  return { bytes, moments: momentsOf(bytes, characters.length), cells };
});

/** Where a text of the page begins in the held-out text; null where it is not from there, or is not counted in characters. */
export function beginningOf({ dataset: { row, start } }: HTMLElement, about: About): number | null {
  if (!ofCharacters(about)) return null;
  if (row !== undefined) return Number(row);
  // An excerpt says so itself; of the reader's text the place in the book is known.
  const isExcerpt = document.querySelector('#reader') === null;
  if (isExcerpt || start === undefined) return null;
  return about.book === null ? Number(start) : placeInSample(about.heldOut.pieces, Number(start));
}

/** Address of the reader with one character of the held-out text marked, in the colours of a cell. */
export function readerAt(cell: string, position: number, { book, heldOut }: About): string {
  const at = book === null ? position : placeInWhole(heldOut.pieces, position);
  return `${home}read/?cell=${cell}&at=${at}&to=${at + 1}&offset=0&signal=h`;
}
