import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Characters, toCharacters } from '../../../pipeline/base/positions.ts';
import { findQuotations } from '../../../pipeline/datasets/text/quotes.ts';
import { viewOf } from '../../../pipeline/datasets/text/text-view.ts';
import { aliceText, bookBytes } from './books.ts';
import { asEnglish } from './english.ts';
import { parseLabelledPassages } from './labelled-passages.ts';

const fixture = new URL('../../fixtures/text/quotations.txt', import.meta.url);
const passages = parseLabelledPassages(readFileSync(fixture, 'utf8'));

const book = toCharacters(aliceText);

/** What each character is, in the notation of the fixture. */
function describeMarks(characters: Characters): string {
  const marks: string[] = characters.map((character) => (character === '\n' ? '\n' : ' '));
  characters.forEach((character, position) => {
    const isApostrophe = "’‘'".includes(character) && !viewOf(characters).quotationMarks.has(position);
    if (isApostrophe) marks[position] = "'";
  });
  for (const { kind, openings, end, closed } of findQuotations(characters)) {
    const [opening, repeated, closing] = kind === 'single' ? '(<)' : '[{]';
    openings.forEach((position, index) => {
      marks[position] = index === 0 ? opening! : repeated!;
    });
    marks[end - 1] = closed ? closing! : '!';
  }
  return marks.join('');
}

const trimLines = (text: string) => text.replace(/ +$/gm, '');

const bookMarks = describeMarks(book);

describe('quotations', () => {
  it.each(passages)('are read as by hand: $title', ({ text, marks }) => {
    expect(trimLines(describeMarks(toCharacters(text)))).toBe(trimLines(marks));
  });

  it.each(passages.filter(({ inBook }) => inBook))('are read alike in the whole book: $title', ({ text, marks }) => {
    const start = aliceText.indexOf(text);
    expect(start).toBeGreaterThanOrEqual(0);
    const here = bookMarks.slice(start, start + text.length);
    expect(trimLines(here)).toBe(trimLines(marks));
  });

  it('of the whole book are 1,162, 56 of them within another, and none lacks its closing mark', () => {
    const quotations = findQuotations(book);
    expect(quotations).toHaveLength(1162);
    expect(quotations.filter(({ depth }) => depth === 1)).toHaveLength(56);
    expect(quotations.filter(({ closed }) => !closed)).toEqual([]);
  });

  it('are longest in the book where the Mock Turtle sings', () => {
    const [longest] = findQuotations(book).sort((a, b) => b.end - b.start - (a.end - a.start));
    const text = book.slice(longest!.start, longest!.end).join('');
    expect(text).toMatch(/^‘“Will you walk a little faster\?”/);
    expect(text).toMatch(/won’t you join the dance\?”’$/);
    expect(text).toHaveLength(1183);
  });

  it('leave 650 to 660 apostrophes in the book, as counted from a list of contractions and possessives', () => {
    const contractions = aliceText.match(/\p{L}’\p{L}/gu)!.length;
    const elisions = aliceText.match(/(?<!\p{L})’(?:em|tis)(?!\p{L})/giu)!.length;
    const { quotationMarks } = viewOf(book);
    const apostrophes = book.filter((character, position) => character === '’' && !quotationMarks.has(position));
    expect(contractions + elisions).toBeGreaterThan(640);
    expect(apostrophes).toHaveLength(contractions + elisions);
  });

  it('of an American book are what lies between “ and ”, its apostrophes notwithstanding', () => {
    const text = toCharacters(asEnglish(new TextDecoder().decode(bookBytes('burgess-busterbrown'))));
    const expected = new Uint8Array(text.length);
    let inside = 0;
    text.forEach((character, position) => {
      if (character === '“') inside = 1;
      expected[position] = inside;
      if (character === '”') inside = 0;
    });
    const found = new Uint8Array(text.length);
    for (const { start, end } of findQuotations(text)) found.fill(1, start, end);
    expect(found).toEqual(expected);
  });

  it('nest and never cross, and begin and end on marks, whatever the text', () => {
    const piece = fc.constantFrom(
      '‘',
      '’',
      '“',
      '”',
      '"',
      "'",
      'em',
      'dogs',
      'a',
      '👒',
      ' ',
      '.',
      '--',
      '\n',
      '\n\n',
      '\n ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const characters = toCharacters(pieces.join(''));
        const quotations = findQuotations(characters);
        for (const [index, { start, end, depth, openings, closed, kind }] of quotations.entries()) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(characters.length);
          for (const opening of openings) expect(kind === 'single' ? '‘’' : '“”"').toContain(characters[opening]);
          if (closed) expect(kind === 'single' ? '‘’' : '“”"').toContain(characters[end - 1]);
          const around = quotations.filter((other, at) => at !== index && other.start <= start && end <= other.end);
          const crossing = quotations.filter((other) => other.start < start && start < other.end && other.end < end);
          expect(crossing).toEqual([]);
          expect(around.length).toBeGreaterThanOrEqual(depth);
        }
      }),
    );
  });
});
