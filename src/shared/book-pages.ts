// The pages of the reader. The build says which sections the text has, and both it and the browser cut pages of them.
import type { Span } from '../../pipeline/base/positions.ts';
import type { Gallery } from '../../pipeline/contract/index.ts';

/** A stretch of the text that was put to one use. */
export interface Section extends Span {
  /** Whether it is held out: reported on, and never learned from. */
  readonly held: boolean;
  /** Whether the text leaps to it: what stands between it and the section before was left out. */
  readonly leaps: boolean;
}

export interface BookPage extends Span {
  readonly sections: readonly Section[];
}

const LEAST_SECTIONS = 2;
const PAGE_LENGTH = 3000;

/**
 * The blocks that the text was divided into for training, of about 1,500 characters each.
 * @param judged whether some of them were held out; a short text is judged as a whole
 */
export function sectionsOfBook(blocks: NonNullable<Gallery['book']>['blocks'], judged: boolean): Section[] {
  return blocks.map(({ end, split, leaps }, index) => ({
    ...{ start: blocks[index - 1]?.end ?? 0, end },
    ...{ held: judged && split === 'held-out', leaps },
  }));
}

/** The pieces of the held-out sample, laid end to end. @param pieces where they lie in the whole text */
export function sectionsOfSample(pieces: readonly Span[], judged: boolean): Section[] {
  let end = 0;
  return pieces.map((piece, index) => {
    const start = end;
    end += piece.end - piece.start;
    return { start, end, held: judged, leaps: index > 0 && piece.start !== pieces[index - 1]!.end };
  });
}

const HELD = 'h';
const LEAPS = 'l';

/** Sections that tile a text as an attribute of a page: the length of each, and what else is to be said of it. */
export function writeSections(sections: readonly Section[]): string {
  return sections
    .map(({ start, end, held, leaps }) => `${end - start}${held ? HELD : ''}${leaps ? LEAPS : ''}`)
    .join(' ');
}

/** The inverse of {@link writeSections}. */
export function readSections(written: string): Section[] {
  let end = 0;
  return written.split(' ').map((section) => {
    const start = end;
    end += Number.parseInt(section, 10);
    return { start, end, held: section.includes(HELD), leaps: section.includes(LEAPS) };
  });
}

/**
 * Two sections to a page, or more where they are short: about 3,000 characters, from a paragraph's start to a paragraph's end.
 */
export function cutPages(sections: readonly Section[]): BookPage[] {
  const pages: BookPage[] = [];
  const length = (sections.at(-1)?.end ?? 0) / sections.length;
  const ofPage = Math.max(LEAST_SECTIONS, Math.round(PAGE_LENGTH / length));
  for (let first = 0; first < sections.length; first += ofPage) {
    const own = sections.slice(first, first + ofPage);
    pages.push({ start: own[0]!.start, end: own.at(-1)!.end, sections: own });
  }
  return pages;
}

/** What of a text is held out, or all of it where nothing is. */
export function heldOutSpans(pages: readonly BookPage[]): readonly Span[] {
  const sections = pages.flatMap((page) => page.sections);
  const held = sections.filter((section) => section.held);
  return held.length > 0 ? held : sections;
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

/** Where the sample goes on at or after a position of the whole text; at its beginning, where nothing of it follows. */
export function nextInSample(pieces: readonly Span[], position: number): number {
  const after = pieces.find(({ end }) => position < end);
  return after === undefined ? 0 : (placeInSample(pieces, Math.max(position, after.start)) ?? 0);
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
