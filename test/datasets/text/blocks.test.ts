import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Span, toCharacters } from '../../../pipeline/base/positions.ts';
import { HELD_OUT_AT_LEAST, requireBlocks, splitOf } from '../../../pipeline/datasets/blocks.ts';
import { BLOCK_LENGTH, cutBlocks } from '../../../pipeline/datasets/text/blocks.ts';
import { text } from '../../../pipeline/datasets/text/kind.ts';
import { paragraphs, trim } from '../../../pipeline/datasets/text/paragraphs.ts';
import { aliceText } from './books.ts';

const book = toCharacters(aliceText);

function expectTiling(spans: readonly Span[], length: number): void {
  expect(spans.map(({ start }) => start)).toEqual(
    [0, ...spans.slice(0, -1).map(({ end }) => end)].slice(0, spans.length),
  );
  expect(spans.at(-1)?.end ?? 0).toBe(length);
  for (const { start, end } of spans) expect(end).toBeGreaterThan(start);
}

const textOfLines = fc
  .array(fc.constantFrom('Oh dear!', '👒', ' ', '\t', '', '', 'x'.repeat(700), `${'word '.repeat(900)}`), {
    maxLength: 30,
  })
  .map((lines) => toCharacters(lines.join('\n')));

describe('paragraphs', () => {
  it('own the blank lines behind them, and the first one those before it', () => {
    const text = toCharacters('\n\nOne,\n still one.\n\n\n Two.\n \t\nThree.\n\n');
    expect(paragraphs(text).map(({ start, end }) => text.slice(start, end).join(''))).toEqual([
      '\n\nOne,\n still one.\n\n\n',
      ' Two.\n \t\n',
      'Three.\n\n',
    ]);
  });

  it('tile every text', () => {
    fc.assert(fc.property(textOfLines, (text) => expectTiling(paragraphs(text), text.length)));
  });

  it('of the book are as many as a split at blank lines gives', () => {
    expect(paragraphs(book)).toHaveLength(aliceText.split(/\n\n+/).filter((part) => part.trim() !== '').length);
  });
});

describe('blocks', () => {
  it('tile every text, one without paragraphs too', () => {
    fc.assert(fc.property(textOfLines, (text) => expectTiling(cutBlocks(text), text.length)));
    const endless = toCharacters('x'.repeat(10_000));
    expectTiling(cutBlocks(endless), endless.length);
    for (const { start, end } of cutBlocks(endless)) expect(end - start).toBeLessThanOrEqual(2 * BLOCK_LENGTH);
  });

  it('of the book end where a paragraph ends and are about 1,500 characters long', () => {
    const ends = new Set(paragraphs(book).map(({ end }) => end));
    const blocks = cutBlocks(book);
    expect(blocks).toHaveLength(95);
    for (const { start, end } of blocks) {
      expect(ends).toContain(end);
      expect(Math.abs(end - start - BLOCK_LENGTH)).toBeLessThan(350);
    }
  });

  it('9, 19, 29 and so on are held out, 4, 14, 24 and so on validate, the rest trains', () => {
    const indices = Array.from({ length: 30 }, (_, index) => index);
    expect(indices.filter((index) => splitOf(index) === 'held-out')).toEqual([9, 19, 29]);
    expect(indices.filter((index) => splitOf(index) === 'validation')).toEqual([4, 14, 24]);
    expect(cutBlocks(book).every(({ split }, index) => split === splitOf(index))).toBe(true);
  });

  it('of a short text are smaller, and every fifth is held out, so that there are enough to test with', () => {
    for (const length of [20_000, 60_000, 100_000]) {
      const blocks = cutBlocks(book.slice(0, length));
      expectTiling(blocks, length);
      const numbers = (split: string) => [...blocks.keys()].filter((index) => blocks[index]!.split === split);
      expect(numbers('held-out').slice(0, 4)).toEqual([4, 9, 14, 19]);
      expect(numbers('validation').slice(0, 2)).toEqual([2, 12]);
      expect(numbers('held-out').length).toBeGreaterThanOrEqual(HELD_OUT_AT_LEAST);
      expect(length / blocks.length).toBeGreaterThan(350);
    }
    const heldOut = cutBlocks(book.slice(0, 10_000)).filter(({ split }) => split === 'held-out');
    expect(heldOut).toEqual([]);
  });

  it('stay where they are, the last two aside, when text is added', () => {
    const longer = toCharacters(`${aliceText}\n\nAnd so on.\n\n${'And on. '.repeat(300)}`);
    const blocks = cutBlocks(book);
    expect(cutBlocks(longer).slice(0, blocks.length - 2)).toEqual(blocks.slice(0, -2));
  });

  it('of a thousand characters are one, which can be scored and not trained on', () => {
    const blocks = cutBlocks(book.slice(0, 1000));
    expect(blocks).toEqual([{ start: 0, end: 1000, split: 'train' }]);
    expect(() => requireBlocks(blocks, 'my-text.txt', text)).toThrow(
      'my-text.txt: The text is too short to train on: 1000 characters make 1 block, and none of them is for ' +
        'validation or held-out\n  Use a text of at least 10 blocks of about 1500 characters (15000 in all).',
    );
    expect(() => requireBlocks(cutBlocks(book), 'alice.txt', text)).not.toThrow();
  });

  it('of an empty text are none', () => {
    expect(cutBlocks([])).toEqual([]);
    expect(paragraphs([])).toEqual([]);
  });
});

describe('trimming', () => {
  it('leaves an empty span at the end of white space', () => {
    const text = toCharacters(' \n a b \n');
    expect(trim(text, { start: 0, end: 8 })).toEqual({ start: 3, end: 6 });
    expect(trim(text, { start: 0, end: 3 })).toEqual({ start: 3, end: 3 });
  });
});
