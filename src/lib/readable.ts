// The text that the reader and the comparison show: the whole book where its values are kept, else the held-out sample.
import { type Characters, toCharacters } from '../../pipeline/base/positions.ts';
import type { Gallery } from '../../pipeline/contract/index.ts';
import {
  type BookPage,
  cutPages,
  placeInSample,
  placeInWhole,
  sectionsOfBook,
  sectionsOfSample,
  writeSections,
} from '../shared/book-pages.ts';
import { address } from './address.ts';
import { once, readBook, readSample, readSideFile } from './artifacts.ts';

export interface Readable {
  readonly characters: Characters;
  readonly pages: readonly BookPage[];
  /** What the pages call it. */
  readonly name: string;
  /** What a script needs to find it again, as data attributes. */
  readonly attributes: Readonly<Record<`data-${string}`, string | undefined>>;
}

/** @returns a gallery's readable text, made once a build */
export const readableText = (gallery: Gallery) => once(`the text of ${gallery.id}`, () => prepare(gallery));

function nameOf({ book, corpus, evaluatedOn }: Gallery): string {
  if (book !== null) return corpus.sampledFrom === null ? 'book' : 'sample';
  return evaluatedOn === 'held-out' ? 'held-out text' : 'sample';
}

function prepare(gallery: Gallery): Readable {
  const { id, book, heldOut, evaluatedOn, layers, domains, model } = gallery;
  const { expected } = book ?? heldOut;
  const judged = evaluatedOn === 'held-out';
  const text = book === null ? heldOut.text : new TextDecoder().decode(readSideFile(id, book.text));
  const sections = book === null ? sectionsOfSample(heldOut.pieces, judged) : sectionsOfBook(book.blocks, judged);
  return {
    characters: toCharacters(text),
    pages: cutPages(sections),
    name: nameOf(gallery),
    attributes: {
      'data-gallery': address(`data/${id}/`),
      'data-text': book === null ? 'sample' : 'book',
      'data-layers': layers.join(' '),
      'data-domain': JSON.stringify(domains.h),
      'data-expected': expected === null ? undefined : address(`data/${id}/${expected.path}`),
      'data-vocabulary': expected === null ? undefined : model?.vocabulary.join(''),
      'data-sections': writeSections(sections),
    },
  };
}

/** h of one cell over the readable text, a byte a character, of a book to the step. @param row the cell's row in `cells.json` */
export function readableOutput({ id, book, heldOut }: Gallery, row: number): Uint8Array {
  return book === null ? readSample({ id, heldOut }, row) : readBook(id, row, book);
}

/** Where a position of the whole text is in the readable one; null where it is not in it. */
export function readablePlace({ book, heldOut }: Gallery, position: number): number | null {
  return book === null ? placeInSample(heldOut.pieces, position) : position;
}

/** Where a position of the held-out sample is in the readable text. */
export function placeOfSample({ book, heldOut }: Gallery, position: number): number {
  return book === null ? position : placeInWhole(heldOut.pieces, position);
}
