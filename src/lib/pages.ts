// The pages of the reader. Both the build and the browser cut them, so that a link's page is the same in either.
import { cutBlocks } from '../../pipeline/text/blocks.ts';
import type { Characters, Span } from '../../pipeline/text/positions.ts';

/** A stretch of the text that was put to one use. */
export interface Section extends Span {
  /** Whether it is held out: reported on, and never learned from. */
  readonly held: boolean;
}

export interface BookPage extends Span {
  readonly sections: readonly Section[];
}

const SECTIONS_OF_A_PAGE = 2;

/**
 * The blocks that the text was divided into for training, of about 1,500 characters each.
 * @param judged whether some of them were held out; a short text is judged as a whole
 */
export function sectionsOfBook(characters: Characters, judged: boolean): Section[] {
  return cutBlocks(characters).map(({ start, end, split }) => ({ start, end, held: judged && split === 'held-out' }));
}

/** The pieces of the held-out sample, laid end to end. @param pieces where they lie in the whole text */
export function sectionsOfSample(pieces: readonly Span[], judged: boolean): Section[] {
  let end = 0;
  return pieces.map((piece) => {
    const start = end;
    end += piece.end - piece.start;
    return { start, end, held: judged };
  });
}

/** Two sections to a page: about 3,000 characters, from a paragraph's start to a paragraph's end. */
export function cutPages(sections: readonly Section[]): BookPage[] {
  const pages: BookPage[] = [];
  for (let first = 0; first < sections.length; first += SECTIONS_OF_A_PAGE) {
    const own = sections.slice(first, first + SECTIONS_OF_A_PAGE);
    pages.push({ start: own[0]!.start, end: own.at(-1)!.end, sections: own });
  }
  return pages;
}

/** Index of the page that a position is on; the nearest one, if it lies outside the text. */
export function pageAt(pages: readonly Span[], position: number): number {
  const after = pages.findIndex(({ end }) => position < end);
  return after < 0 ? pages.length - 1 : after;
}

/** Where a position of the whole text lies in the held-out sample; null where it is not in it. */
export function placeInSample(pieces: readonly Span[], position: number): number | null {
  let before = 0;
  for (const { start, end } of pieces) {
    if (position >= start && position < end) return before + position - start;
    before += end - start;
  }
  return null;
}

/** The other way round: where a position of the sample lies in the whole text. @param position below the sample's length */
export function placeInWhole(pieces: readonly Span[], position: number): number {
  let before = 0;
  for (const { start, end } of pieces) {
    if (position < before + end - start) return start + position - before;
    before += end - start;
  }
  return pieces.at(-1)?.end ?? 0;
}
