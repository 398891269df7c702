import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutBlocks } from '../../../pipeline/datasets/text/blocks.ts';
import {
  cutPages,
  pageAt,
  placeInSample,
  placeInWhole,
  readSections,
  sectionsOfBook,
  sectionsOfSample,
  writeSections,
} from '../../../src/shared/book-pages.ts';
import { areaPath, heldMarks, profileOf } from '../../../src/shared/minimap.ts';
import { aliceSample } from '../../fixtures/site/text.ts';

const anyText = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 900 }), fc.constantFrom('\n\n', '\n', ' ', '👩‍👧')), {
    maxLength: 40,
  })
  .map((parts) => [...parts.join('')]);

const blocksOf = (characters: readonly string[]) =>
  cutBlocks(characters).map(({ end, split }) => ({ end, split, leaps: false }));

describe('the pages of the reader', () => {
  it('tile the text, whatever it is, and so do their sections', () => {
    fc.assert(
      fc.property(anyText, (characters) => {
        const pages = cutPages(sectionsOfBook(blocksOf(characters), true));
        let end = 0;
        for (const page of pages) {
          expect(page.start).toBe(end);
          for (const section of page.sections) {
            expect(section.start).toBe(end);
            end = section.end;
          }
          expect(page.end).toBe(end);
        }
        expect(end).toBe(characters.length);
      }),
    );
  });

  it.each([40_000, 130_000])(
    'of %i characters are about 3,000 long, begin where a paragraph does, and are found by any position',
    (length) => {
      const characters = [...aliceSample(length)];
      const pages = cutPages(sectionsOfBook(blocksOf(characters), true));
      for (const [index, { start, end }] of pages.entries()) {
        if (index < pages.length - 1) expect(Math.abs(end - start - 3000)).toBeLessThan(900);
        if (start > 0) expect(characters.slice(start - 2, start)).toEqual(['\n', '\n']);
        expect([pageAt(pages, start), pageAt(pages, end - 1)]).toEqual([index, index]);
      }
      expect(pageAt(pages, 1e9)).toBe(pages.length - 1);
      expect(pageAt(pages, -5)).toBe(0);
    },
  );

  it('say which tenth of the text is held out, where any is, and of a short text which fifth', () => {
    const held = (length: number, judged: boolean) =>
      sectionsOfBook(blocksOf([...aliceSample(length)]), judged).flatMap((s, i) => (s.held ? [i] : []));
    expect(held(130_000, true).slice(0, 3)).toEqual([9, 19, 29]);
    expect(held(40_000, true).slice(0, 3)).toEqual([4, 9, 14]);
    expect(held(130_000, false)).toEqual([]);
  });

  it('of a sample lie end to end, and its positions go to the whole text and back', () => {
    const pieces = [
      { start: 100, end: 130 },
      { start: 500, end: 510 },
    ];
    expect(sectionsOfSample(pieces, true)).toEqual([
      { start: 0, end: 30, held: true, leaps: false },
      { start: 30, end: 40, held: true, leaps: true },
    ]);
    for (let t = 0; t < 40; t++) expect(placeInSample(pieces, placeInWhole(pieces, t))).toBe(t);
    expect(placeInWhole(pieces, 30)).toBe(500);
    expect(placeInSample(pieces, 300)).toBeNull();
  });

  it('have sections that a page bears as an attribute, and its scripts read as they were', () => {
    const section = fc.record({ length: fc.integer({ min: 1, max: 5000 }), held: fc.boolean(), leaps: fc.boolean() });
    fc.assert(
      fc.property(fc.array(section, { minLength: 1 }), (list) => {
        let end = 0;
        const sections = list.map(({ length, held, leaps }) => {
          end += length;
          return { start: end - length, end, held, leaps };
        });
        expect(readSections(writeSections(sections))).toEqual(sections);
      }),
    );
  });
});

describe('the map of a book', () => {
  it('shows the means of what is above and what is below zero, page by page', () => {
    const pages = Array.from({ length: 120 }, (_, page) => ({ start: 4 * page, end: 4 * page + 4 }));
    const bytes = new Uint8Array(480).fill(255, 0, 2).fill(0, 2, 4).fill(127, 4);
    const { above, below, perPage } = profileOf(bytes, pages);
    expect(perPage).toBe(2);
    expect([...above.slice(0, 3), ...below.slice(0, 2)]).toEqual([1, 0, 0, 0, 1]);
    expect(below[2]).toBeCloseTo(0.5 / 127.5);
    expect(areaPath([1, 0.25], 2, -1)).toBe('M0 0V-1h0.5V-0.25h0.5V0z');
  });

  it('marks the held-out part of a page where the page is', () => {
    const sections = [0, 1000, 4000, 5000].map((start, k) => ({
      start,
      end: [1000, 4000, 5000, 6000][k]!,
      held: k === 1,
      leaps: false,
    }));
    expect(heldMarks(cutPages(sections))).toEqual([{ x: 0.25, width: 0.75 }]);
  });
});
