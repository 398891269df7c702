import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Span, toCharacters } from '../../../pipeline/base/positions.ts';
import { readSyntax } from '../../../pipeline/content/syntax/read.ts';
import { rises, runs } from '../../../pipeline/datasets/labels.ts';
import { parseHypothesis } from '../../../pipeline/datasets/text/hypotheses.ts';
import { labelText } from '../../../pipeline/datasets/text/text.ts';
import { TextView } from '../../../pipeline/datasets/text/text-view.ts';
import { aliceText } from './books.ts';

const FOLDER = new URL('../../../content/hypotheses/', import.meta.url);

/** Those that Alice is asked. */
const IDS = [
  ...['inside-quotes', 'after-quotes', 'word-initial', 'word-final', 'space', 'line-break', 'upper-case'],
  ...['all-capitals', 'punctuation', 'inside-parentheses', 'sentence-initial', 'sentence-final', 'paragraph-initial'],
  ...['dialogue-tag', 'vowel', 'digit', 'apostrophe', 'dash', 'name-alice', 'chapter-heading', 'function-word'],
  ...['rare-word', 'position-in-word', 'position-in-line', 'position-in-sentence', 'position-in-quote'],
  ...['since-line-break', 'since-opening-quote'],
];

const ANY = [
  ...['indentation', 'previous-indentation', 'bracket-depth', 'inside-number', 'inside-url', 'repeated-word'],
  ...[
    'heading',
    'inside-square-brackets',
    'inside-curly-brackets',
    'since-opening-bracket',
    'since-number',
    'since-url',
  ],
];

const OF_CODE = [
  ...['inside-string', 'inside-comment', 'inside-block-comment', 'inside-line-comment', 'preprocessor-line', 'keyword'],
  ...['identifier', 'number-literal', 'operator', 'inside-condition', 'inside-parameters', 'statement-end'],
  ...['brace-depth', 'parenthesis-depth', 'since-function', 'next-indentation'],
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
  it('are those that Alice is asked, those of any text and those of programs', () => {
    expect(hypotheses.map(({ id }) => id).sort()).toEqual([...IDS, ...ANY, ...OF_CODE].sort());
  });

  it.each(hypotheses.filter(({ id }) => !IDS.includes(id)))(
    '$id labels exactly the marked segments of its example',
    (hypothesis) => {
      const { text, spans } = hypothesis.example!;
      const characters = toCharacters(text);
      const view = new TextView(characters, { language: { kind: 'programming', name: 'c' }, readSyntax });
      const { values } = labelText(hypothesis, characters, view);
      expect(mark(text, runs(values))).toBe(mark(text, spans));
    },
  );

  it.each(hypotheses.filter(({ id }) => IDS.includes(id)))(
    '$id labels exactly the marked segments of its example, in the book',
    (hypothesis) => {
      const { text, spans } = hypothesis.example!;
      const start = toCharacters(aliceText.slice(0, aliceText.indexOf(text))).length;
      const length = toCharacters(text).length;
      expect(aliceText).toContain(text);
      const { kind, values } = labelText(hypothesis, book);
      const segmentsHere = (kind === 'binary' ? runs : rises)(values)
        .map((span) => ({ start: Math.max(span.start - start, 0), end: Math.min(span.end - start, length) }))
        .filter((span) => span.start < span.end);
      expect(mark(text, segmentsHere)).toBe(mark(text, spans));
    },
  );

  it.each(hypotheses)('$id is explained in 100 to 200 words', ({ prose }) => {
    const words = prose.split(/\s+/).length;
    expect(words).toBeGreaterThanOrEqual(100);
    expect(words).toBeLessThanOrEqual(200);
  });
});
