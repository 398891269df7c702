import { describe, expect, it, test } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { windowsOf } from '../../../pipeline/build/pages/excerpts.ts';
import { widened } from '../../../pipeline/build/pages/widths.ts';
import { featuresOf } from '../../../pipeline/datasets/features.ts';
import type { TokenRule } from '../../../pipeline/datasets/labels.ts';
import { parseHypothesis } from '../../../pipeline/datasets/text/hypotheses.ts';
import { tokens as kind } from '../../../pipeline/datasets/tokens/kind.ts';
import { fitTokens, parseTokeniser } from '../../../pipeline/datasets/tokens/open.ts';
import { joinWords } from '../../../pipeline/datasets/tokens/spacing.ts';
import { faultInSpans } from '../../../pipeline/datasets/tokens/tokeniser.ts';
import { labelsOfTokens, labelTokens, sampledTokens, tokensDataset } from '../../../pipeline/datasets/tokens/tokens.ts';
import { frequentWords, wordsTokeniser, writeWords } from '../../../pipeline/datasets/tokens/words.ts';
import { glimpsePhrase } from '../../../pipeline/evidence/description/phrases.ts';
import { aliceText } from '../text/books.ts';

/** No program is read here. */
const noSyntax = () => {
  throw new TypeError('There is no program');
};

const source = { id: 'here', title: 'Here', source: 'here.txt' };

/** The tokens of a text by a list of words, each as the text has it between bars. */
function cut(text: string, list: string): string {
  const characters = toCharacters(text);
  const { starts, ends } = parseTokeniser(list, 'tokens.txt').encode(characters);
  return Array.from(starts, (start, k) => characters.slice(start, ends[k]!).join('')).join('|');
}

describe('words and marks', () => {
  const list = '<unk>\nsaid\nthe\n';

  test.each([
    [
      '“ Oh ! ” said Alice , “ don’t go ( yet ) ; rabbit - hole . ”',
      '“Oh!” said Alice, “don’t go (yet); rabbit-hole.”',
    ],
    ['" One , " he said , " and two . "', '"One," he said, "and two."'],
    ['日本 は 。 Yes', '日本は。 Yes'],
    ['one \n\n two', 'one\n\ntwo'],
    ['a - - b', 'a--b'],
    ['', ''],
  ])('are written one after the other as English prints them: %j', (words, expected) => {
    expect(joinWords(words === '' ? [] : words.split(' '))).toBe(expected);
  });

  it('spell a text again that was cut into them, where English printed it', () => {
    const text = toCharacters(aliceText.slice(2000, 6000).replace(/(?<!\n)\n(?!\n)/g, ' '));
    const tokeniser = wordsTokeniser(frequentWords(text, [{ start: 0, end: text.length, split: 'train' }], 5000));
    const written = tokeniser.decode(tokeniser.encode(text).ids);
    expect(written.replace(/\s/g, '')).toBe(text.join('').replace(/\s/g, ''));
    const lengths = [written, text.join('').trim()].map(({ length }) => length) as [number, number];
    expect(Math.abs(lengths[0] - lengths[1])).toBeLessThan(0.01 * lengths[1]);
    expect(tokeniser.guessedSpelling).toMatch(/spaces are put where English prints them/);
  });

  test.each([
    ['Don’t go, rabbit-hole!', 'Don’t|go|,|rabbit|-|hole|!'],
    ['a 4.5 😀👍 é', 'a|4|.|5|😀|👍|é'],
    ['“Oh!”  said\nAlice', '“|Oh|!|”|said|Alice'],
    ['one\n\ntwo', 'one|two'],
    ['', ''],
  ])('cuts %j', (text, expected) => {
    expect(cut(text, list)).toBe(expected);
  });

  it('reads what the list lacks as its token for unknown words, counts it, and says what it took for granted', () => {
    const tokeniser = parseTokeniser(list, 'tokens.txt');
    expect(tokeniser.encode(toCharacters('The rabbit said'))).toMatchObject({ unknown: 1, leftOut: 0 });
    expect(tokeniser.assumed.join(' ')).toMatch(/in lower case, since the list has no capitals.*<unk>/);
    expect(() => parseTokeniser('said\nthe\n', 'tokens.txt').encode(toCharacters('the\nrabbit'), 'a.txt')).toThrow(
      /a\.txt:2:1: The tokeniser does not know "rabbit"/,
    );
    expect(() => parseTokeniser('said\nsaid\n', 'tokens.txt')).toThrow(/one of them twice/);
  });

  it('has a vocabulary of the words that are frequent in the blocks that train, and reads its own file again', () => {
    const text = toCharacters('b b b c c a a a a\n\nheld held held held held held held');
    const blocks = [
      { start: 0, end: 19, split: 'train' as const },
      { start: 19, end: text.length, split: 'held-out' as const },
    ];
    const words = frequentWords(text, blocks, 4);
    expect(words).toEqual(['<unk>', 'a', 'b', 'c']);
    expect(parseTokeniser(writeWords({ tokens: words }), 'tokenizer.json').tokens).toEqual(words);
    // The end of a paragraph is a token where the vocabulary has it.
    const ids = wordsTokeniser(['<unk>', 'a', '\n\n']).encode(toCharacters('a\n\n\na')).ids;
    expect(Array.from(ids)).toEqual([1, 2, 1]);
  });
});

describe('a tokeniser and a model', () => {
  const fitted = (size: number, inputs: number, name: 'words' | 'keras' = 'words') =>
    fitTokens({ tokens: Array.from({ length: size }, (_, id) => `t${id}`), kind: name }, inputs, 'tokenizer.json');

  it('fit where they have as many tokens, or the embedding is rounded up, which is said', () => {
    expect(fitted(100, 100).assumed).toEqual([]);
    expect(fitted(100, 128).tokens.slice(99, 102)).toEqual(['t99', '', '']);
    expect(fitted(100, 128).assumed[0]).toMatch(/the last 28 rows of the embedding are taken for padding/);
    expect(fitted(128, 129, 'keras').assumed[0]).toMatch(/the last 1 row of the embedding is taken for padding/);
  });

  test.each([
    [101, 100],
    [100, 129],
    [128, 129],
  ])('do not fit with %d tokens and %d rows', (size, inputs) => {
    expect(() => fitted(size, inputs)).toThrow(
      new RegExp(`gives ${size} different numbers, but the model reads ${inputs}`),
    );
  });
});

describe('spans', () => {
  const characters = toCharacters('naïve 😀 a');
  const fault = (spans: readonly (readonly [number, number])[]) =>
    faultInSpans({ starts: spans.map(([start]) => start), ends: spans.map(([, end]) => end) }, characters);

  it('may leave gaps, and divide a character of several bytes', () => {
    expect(
      fault([
        [0, 2],
        [2, 3],
        [2, 3],
        [6, 7],
        [6, 7],
        [6, 7],
        [8, 9],
      ]),
    ).toBeUndefined();
  });

  test.each([
    [
      [
        [0, 3],
        [2, 5],
      ],
      undefined,
    ],
    [
      [
        [0, 2],
        [1, 5],
      ],
      /token 1 \(characters 1 to 5\) overlaps the one before it \(characters 0 to 2\)/,
    ],
    [
      [
        [0, 4],
        [2, 5],
      ],
      /overlaps/,
    ],
    [
      [
        [3, 5],
        [0, 2],
      ],
      /overlaps/,
    ],
    [[[0, 10]], /lies outside the text of 9 characters/],
    [[[-1, 2]], /lies outside/],
    [[[0, 0]], /holds no character/],
  ] as [[number, number][], RegExp | undefined][])('%j', (spans, expected) => {
    if (expected === undefined) expect(fault(spans)).toBeUndefined();
    else expect(fault(spans)).toMatch(expected);
  });
});

describe('labels of tokens', () => {
  // a b c d e, of which b and c, and e, are on; the tokens are ab, cd and e.
  const values = [0, 1, 1, 0, 1];
  const spans = [
    { start: 0, end: 2 },
    { start: 2, end: 4 },
    { start: 4, end: 5 },
  ];

  test.each<[TokenRule | undefined, number[]]>([
    [undefined, [0, 0, 1]],
    ['majority', [0, 0, 1]],
    ['first', [0, 1, 1]],
    ['last', [1, 0, 1]],
    ['any', [1, 1, 1]],
  ])('by the rule %s', (rule, expected) => {
    expect(Array.from(labelsOfTokens(spans, 'binary', values, rule))).toEqual(expected);
  });

  it('are of the last character where they are numbers', () => {
    expect(Array.from(labelsOfTokens(spans, 'real', [1, 2, 3, 4, 5]))).toEqual([2, 4, 5]);
  });

  it('follow the hypothesis, and leave out what says nothing of tokens', () => {
    const hypothesis = (id: string, rest: string) =>
      parseHypothesis(`---\ntitle: T\nkind: binary\non: On\noff: Off\n${rest}\n---\n`, `${id}.md`);
    const tokeniser = wordsTokeniser(['<unk>']);
    const text = toCharacters('One two. Three four');
    const dataset = tokensDataset(source, text, tokeniser.encode(text), tokeniser);
    const hypotheses = [
      hypothesis('capital', 'pattern: "\\\\p{Lu}"\ntokens: first'),
      hypothesis('letter', 'pattern: "[a-z]"'),
      hypothesis('vowel', 'pattern: "[aeiou]"\ntokens: none'),
    ];
    const labelled = labelTokens(dataset, { hypotheses, named: true }, noSyntax);
    expect(dataset.texts).toEqual(['One ', 'two', '. ', 'Three ', 'four']);
    expect(labelled.hypotheses.map(({ id }) => id)).toEqual(['capital', 'letter']);
    expect(labelled.leftOut).toEqual([{ id: 'vowel', title: 'T', reason: 'it says nothing of whole tokens' }]);
    expect(labelled.labels.map(({ values: own }) => Array.from(own))).toEqual([
      [1, 0, 0, 1, 0],
      [1, 1, 0, 1, 1],
    ]);
    expect(() =>
      parseHypothesis('---\ntitle: T\nkind: real\nlabel: since-line-break\non: O\noff: F\ntokens: any\n---\n', 'a.md'),
    ).toThrow(/a number of a token is that of its first or its last character/);
  });
});

describe('a text of tokens', () => {
  const characters = toCharacters(aliceText.slice(0, 60_000));
  const tokeniser = wordsTokeniser(frequentWords(characters, [{ start: 0, end: 60_000, split: 'train' }], 300));
  const dataset = tokensDataset(source, characters, tokeniser.encode(characters), tokeniser);

  it('spells the text, in blocks and paragraphs that tile it', () => {
    expect(dataset.texts.join('')).toBe(characters.join(''));
    for (const spans of [dataset.blocks, dataset.paragraphs]) {
      expect(spans.map(({ start }) => start)).toEqual([0, ...spans.slice(0, -1).map(({ end }) => end)]);
      expect(spans.at(-1)!.end).toBe(dataset.texts.length);
    }
    expect(new Set(dataset.blocks.map(({ split }) => split))).toEqual(new Set(['train', 'validation', 'held-out']));
  });

  it('is sampled by tokens, from all over the text', () => {
    const whole = toCharacters(aliceText);
    const sample = sampledTokens(source, whole, tokeniser, 8000);
    expect(sample.texts.length).toBeGreaterThan(6000);
    expect(sample.texts.length).toBeLessThan(12_000);
    expect(sample.sampledFrom!.steps).toBe(tokeniser.encode(whole).ids.length);
    expect(sample.leaps.length).toBeGreaterThan(0);
    for (const leap of sample.leaps) expect(sample.blocks.some(({ start }) => start === leap)).toBe(true);
  });

  it('has passages that begin at words, and bytes that are drawn at every character of a token', () => {
    const pieces = [{ start: 0, end: dataset.texts.length }];
    const sample = { characters: dataset.texts, pieces, lengths: kind.excerptLengths(dataset) };
    const passages = windowsOf(sample, sample.lengths.other);
    expect(passages.length).toBeGreaterThan(100);
    for (const { start, end } of passages.slice(1, 50)) {
      expect(dataset.texts[start - 1]).toMatch(/\s$/u);
      expect(dataset.texts.slice(start, end).join('').length).toBeLessThan(260);
    }
    expect(Array.from(widened(Uint8Array.of(7, 8, 9, 1, 2, 3), [2, 0, 1]))).toEqual([7, 7, 9, 1, 1, 3]);
  });

  it('is asked for tokens and running counts by rules that nobody wrote', () => {
    const positions = Array.from({ length: 4000 }, (_, k) => k + 5);
    const columns = featuresOf(dataset, positions, 20)(positions);
    const phrases = columns.flatMap((column) => (column.kind === 'glimpse' ? column.glimpses.map(glimpsePhrase) : []));
    expect(phrases).toContain('after “the”');
    expect(phrases).toContain('two tokens after a token with a capital');
    expect(phrases.some((phrase) => /vowel/.test(phrase))).toBe(false);
    expect(columns.filter(({ kind: one }) => one === 'count').length).toBeGreaterThan(5);
    for (const { bins } of columns) expect(bins).toHaveLength(positions.length);
  });
});
