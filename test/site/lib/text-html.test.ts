import fc from 'fast-check';
import { rehype } from 'rehype';
import { describe, expect, it } from 'vitest';
import { textHtml } from '../../../src/lib/text-html.ts';
import { colourRuns, isVerse, splitParagraphs } from '../../../src/shared/text.ts';
import { NASTY_TEXT } from '../../fixtures/site/text.ts';

interface Node {
  value?: string;
  children?: Node[];
}

/** Text of HTML as a browser's parser reads it: rehype follows the same algorithm. */
function textOf(html: string): string {
  const collect = ({ value, children = [] }: Node): string => value ?? children.map(collect).join('');
  return collect(rehype().data('settings', { fragment: true }).parse(html) as Node);
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\n\n', '<', '&', '"', '</p>', 'e\u0301', '👩‍👧', 'ש') }),
);
const step = (t: number): number => (t * 7) % 15;

describe('a passage', () => {
  it('has exactly the text that it was made of, whatever that is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        // A parser of HTML makes one line break of a carriage return and drops zeros; the clean-up never lets them in.
        const source = text.replaceAll(/[\r\0]/g, '');
        expect(textOf(textHtml(source, step, { neutral: 7 }))).toBe(source);
      }),
    );
  });

  it('shows what would be markup as text', () => {
    const html = textHtml(NASTY_TEXT, () => 7, { neutral: 7 });
    expect(html).not.toMatch(/<(script|img|\/pre|\/textarea)/);
    expect(textOf(html)).toBe(NASTY_TEXT);
  });

  it('merges neighbours of one step, and marks nothing on the neutral one', () => {
    const steps = [7, 7, 3, 3, 3, 9];
    expect(textHtml('abcdef', (t) => steps[t]!, { neutral: 7 })).toBe('<p dir=auto>ab<s-3>cde</s-3><s-9>f</s-9></p>');
  });

  it('counts positions in code points across paragraphs', () => {
    const seen: number[] = [];
    textHtml('a😀\n\nb', (t) => seen.push(t) && 7, { neutral: 7 });
    expect(seen).toEqual([0, 1, 4]);
  });

  it('takes prose in short lines for prose: each of them ends because it is full', () => {
    const letter =
      'Perhaps it is to tell you that your cousin Fanny\nis married?” said Mrs. Jennings, without attend-\ning to her daughter’s reproof.';
    const song = 'Beautiful Soup, so rich and green,\nWaiting in a hot tureen!\nWho for such dainties would not stoop?';
    expect(isVerse(letter)).toBe(false);
    expect(isVerse(song)).toBe(true);
  });

  it('keeps the line breaks of verse, and of all text where asked to', () => {
    expect(textHtml('How doth\n the little', () => 0, { neutral: 0 })).toContain('class=verse');
    const prose = `${'word '.repeat(14)}\nand on`;
    expect(textHtml(prose, () => 0, { neutral: 0 })).not.toContain('verse');
    expect(textHtml(prose, () => 0, { neutral: 0, keepLines: true })).toContain('verse');
  });
});

describe('a run of colour', () => {
  it('never parts a mark, a joined emoji or a flag from its base', () => {
    const text = 'xe\u0301👩‍👩‍👧🇫🇷y';
    const runs = colourRuns(text, (t) => t % 15);
    expect(runs.map(({ text: piece }) => piece)).toEqual(['x', 'e\u0301', '👩‍👩‍👧', '🇫🇷', 'y']);
    expect(runs.map(({ start, end }) => [start, end])).toEqual([
      [0, 1],
      [1, 3],
      [3, 8],
      [8, 10],
      [10, 11],
    ]);
  });

  it('together with the others covers every code point once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const runs = colourRuns(text, step);
        expect(runs.map(({ text: piece }) => piece).join('')).toBe(text);
        expect(runs.at(-1)?.end ?? 0).toBe([...text].length);
      }),
    );
  });
});

it('paragraphs and the gaps between them are the whole text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(
        splitParagraphs(text)
          .map(({ text: paragraph, gap }) => paragraph + gap)
          .join(''),
      ).toBe(text);
    }),
  );
});

it('verse is told by its indents or by its short lines', () => {
  expect(isVerse('Twinkle, twinkle,\nlittle bat!\nHow I wonder')).toBe(true);
  expect(isVerse('Twinkle, twinkle,\n little bat!')).toBe(true);
  expect(isVerse('are you\nthinking of?’')).toBe(false);
  expect(isVerse(`${'x'.repeat(70)}\nshort`)).toBe(false);
  expect(isVerse('one line')).toBe(false);
});

it('one character of a passage is marked, the text stays what it is, and so do its colours', () => {
  const text = 'one two\nthree\n\nfour';
  const html = textHtml(text, () => 9, { neutral: 7, peak: 5 });
  expect(html).toContain('<s-9>one t<b class="s9 peak">w</b>o\nthree</s-9>');
  expect(textHtml(text, () => 7, { neutral: 7, peak: 15 })).toContain('<p dir=auto><b class="s7 peak">f</b>our</p>');
  fc.assert(
    fc.property(anyText, fc.nat(40), (source, peak) => {
      const clean = source.replaceAll(/[\r\0]/g, '');
      expect(textOf(textHtml(clean, step, { neutral: 7, peak }))).toBe(clean);
    }),
  );
});
