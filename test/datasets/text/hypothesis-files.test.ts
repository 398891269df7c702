import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Span, toCharacters } from '../../../pipeline/base/positions.ts';
import { rises, runs } from '../../../pipeline/datasets/labels.ts';
import { parseHypothesis } from '../../../pipeline/datasets/text/hypotheses.ts';
import { labelText } from '../../../pipeline/datasets/text/text.ts';
import { aliceText } from './books.ts';

const FOLDER = new URL('../../../content/hypotheses/', import.meta.url);

const IDS = [
  ...['inside-quotes', 'after-quotes', 'word-initial', 'word-final', 'space', 'line-break', 'upper-case'],
  ...['all-capitals', 'punctuation', 'inside-parentheses', 'sentence-initial', 'sentence-final', 'paragraph-initial'],
  ...['dialogue-tag', 'vowel', 'digit', 'apostrophe', 'dash', 'name-alice', 'chapter-heading', 'function-word'],
  ...['rare-word', 'position-in-word', 'position-in-line', 'position-in-sentence', 'position-in-quote'],
  ...['since-line-break', 'since-opening-quote'],
];

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));
const hypotheses = files.map((file) => parseHypothesis(readFileSync(new URL(file, FOLDER), 'utf8'), file));
const book = toCharacters(aliceText);

/** The text with its segments in brackets, as the files have it. */
function mark(text: string, spans: readonly Span[]): string {
  const characters = [...toCharacters(text)];
  for (const { start, end } of spans) {
    characters[start] = `[[${characters[start]}`;
    characters[end - 1] += ']]';
  }
  return characters.join('');
}

describe('the hypotheses of the gallery', () => {
  it('are the twenty-eight', () => {
    expect(hypotheses.map(({ id }) => id).sort()).toEqual([...IDS].sort());
  });

  it.each(hypotheses)('$id labels exactly the marked segments of its example, in the book', (hypothesis) => {
    const { text, spans } = hypothesis.example!;
    const start = toCharacters(aliceText.slice(0, aliceText.indexOf(text))).length;
    const length = toCharacters(text).length;
    expect(aliceText).toContain(text);
    const { kind, values } = labelText(hypothesis, book);
    const segmentsHere = (kind === 'binary' ? runs : rises)(values)
      .map((span) => ({ start: Math.max(span.start - start, 0), end: Math.min(span.end - start, length) }))
      .filter((span) => span.start < span.end);
    expect(mark(text, segmentsHere)).toBe(mark(text, spans));
  });

  it.each(hypotheses)('$id is explained in 100 to 200 words', ({ prose }) => {
    const words = prose.split(/\s+/).length;
    expect(words).toBeGreaterThanOrEqual(100);
    expect(words).toBeLessThanOrEqual(200);
  });
});
