import { expect, it } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { closingMarks, findQuotations } from '../../../pipeline/datasets/text/quotes.ts';

/** The text with a bar before each mark that closes a quotation. */
function barred(text: string): string {
  const characters = toCharacters(text);
  const { positions } = closingMarks(characters, findQuotations(characters));
  return characters.map((character, position) => (positions.has(position) ? `|${character}` : character)).join('');
}

it('tells the marks that close a quotation from apostrophes of the same shape', () => {
  expect(barred('‘I don’t know “that”,’ said Tom’s cat.')).toBe('‘I don’t know “that|”,|’ said Tom’s cat.');
});

it('knows which characters close quotations in a text', () => {
  const of = (text: string) => {
    const characters = toCharacters(text);
    return [...closingMarks(characters, findQuotations(characters)).characters].sort();
  };
  expect(of('“No,” said Tom’s cat.')).toEqual(['”']);
  expect(of('‘No “mark”,’ it said.')).toEqual(['’', '”']);
  expect(of('Tom’s cat said “no')).toEqual([]);
});
