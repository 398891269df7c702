import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { parseTokeniser } from '../../../pipeline/datasets/tokens/open.ts';
import { faultInSpans } from '../../../pipeline/datasets/tokens/tokeniser.ts';
import { tileStarts } from '../../../pipeline/datasets/tokens/tokens.ts';
import { inputError } from '../../temporary.ts';

const folder = 'test/fixtures/tokens';
const read = (name: string): string => readFileSync(`${folder}/${name}.json`, 'utf8');

interface Encoding {
  readonly ids: readonly number[];
  /** What the original spells them. */
  readonly decoded: string;
  readonly offsets: readonly (readonly [number, number])[];
}
const { texts, encodings, decoded } = JSON.parse(read('hugging-face')) as {
  readonly texts: readonly string[];
  readonly encodings: Readonly<Record<string, readonly Encoding[]>>;
  readonly decoded: Readonly<Record<string, { readonly decoder: object; readonly texts: readonly string[] }>>;
};

describe.each(Object.keys(encodings))('the %s tokeniser', (name) => {
  const tokeniser = parseTokeniser(read(name), `${name}.json`);

  test.each(texts.map((text, index) => [text, index] as const))(
    'gives the numbers and the places that the original gives for %j',
    (text, index) => {
      const characters = toCharacters(text);
      const tokenised = tokeniser.encode(characters);
      const offsets = Array.from(tokenised.starts, (start, k) => [start, tokenised.ends[k]!]);
      const { ids, offsets: expected } = encodings[name]![index]!;
      expect({ ids: Array.from(tokenised.ids), offsets }).toEqual({ ids, offsets: expected });
      expect(faultInSpans(tokenised, characters)).toBeUndefined();
      const tiles = tileStarts(tokenised, characters.length);
      const shown = Array.from(tokenised.ids, (_, k) => characters.slice(tiles[k]!, tiles[k + 1]!).join(''));
      expect(shown.join('')).toBe(text);
    },
  );

  test('spells its numbers as the original does', () => {
    const spelled = encodings[name]!.map(({ ids }) => tokeniser.decode(Int32Array.from(ids)));
    expect(spelled).toEqual(encodings[name]!.map((encoding) => encoding.decoded));
  });
});

test.each(Object.entries(decoded))(
  'with its decoder, %s spells as the original does',
  (name, { decoder, texts: expected }) => {
    const tokeniser = parseTokeniser(JSON.stringify({ ...JSON.parse(read(name)), decoder }), `${name}.json`);
    expect(encodings[name]!.map(({ ids }) => tokeniser.decode(Int32Array.from(ids)))).toEqual(expected);
    // A number that it has no token for, as of a padded embedding, spells nothing.
    expect(tokeniser.decode(Int32Array.of(tokeniser.tokens.length + 5))).toBe('');
  },
);
test.each([2 ** 31, -1, 0.5, null])('a token with the number %j is refused, and named', (number) => {
  const file = JSON.parse(read('word-piece'));
  file.model.vocab.the = number;
  expect(inputError(() => parseTokeniser(JSON.stringify(file), 'x.json')).message).toContain(
    `x.json: Its token "the" has the number ${number}; tokens are numbered from 0 on`,
  );
});
