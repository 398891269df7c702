import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { parseTokeniser } from '../../../pipeline/datasets/tokens/open.ts';
import { faultInSpans } from '../../../pipeline/datasets/tokens/tokeniser.ts';

interface Case {
  readonly json: string;
  readonly sequences: readonly (readonly number[])[];
  /** What Keras spells the sequences, with a space between all tokens. */
  readonly texts: readonly string[];
}
const { texts, cases } = JSON.parse(readFileSync('test/fixtures/tokens/keras.json', 'utf8')) as {
  readonly texts: readonly string[];
  readonly cases: Readonly<Record<string, Case>>;
};

describe.each(Object.entries(cases))("Keras's Tokenizer, %s", (name, { json, sequences, texts: spelled }) => {
  const tokeniser = parseTokeniser(json, 'tokenizer.json');

  test.each(texts.map((text, index) => [text, index] as const))('gives the numbers of Keras for %j', (text, index) => {
    const characters = toCharacters(text);
    const tokenised = tokeniser.encode(characters);
    expect(Array.from(tokenised.ids)).toEqual(sequences[index]);
    expect(faultInSpans(tokenised, characters)).toBeUndefined();
    // What a token is called is what stands in the text there, in whatever case.
    const same = (word: string) => word.replace(/\u0307/g, '').replace(/ς/g, 'σ');
    Array.from(tokenised.ids).forEach((id, k) => {
      if (id === tokeniser.unknown) return;
      const written = characters.slice(tokenised.starts[k]!, tokenised.ends[k]!).join('');
      expect([written, written.toLowerCase()].map(same)).toContain(same(tokeniser.tokens[id]!));
    });
  });

  test('spells numbers as Keras does, but that characters are put together', () => {
    const found = sequences.map((ids) => tokeniser.decode(Int32Array.from(ids)));
    const together = (text: string) => text.replace(/(.) ?/gsu, '$1');
    expect(found).toEqual(name === 'characters' ? spelled.map(together) : spelled);
    expect(tokeniser.decode(Int32Array.of(0, ...sequences[0]!, 0))).toBe(found[0]);
  });
});

describe("Keras's Tokenizer", () => {
  it('keeps the number 0 for padding, and no more numbers than num_words', () => {
    const { tokens } = parseTokeniser(cases.limited!.json, 'tokenizer.json');
    expect(tokens).toHaveLength(15);
    expect(tokens[0]).toBe('');
    expect(parseTokeniser(cases.plain!.json, 'tokenizer.json').tokens.length).toBeGreaterThan(60);
  });

  it('counts what it leaves out, and what stands for unknown words', () => {
    const text = toCharacters('The zebra and the fox.');
    const encode = (name: string) => parseTokeniser(cases[name]!.json, 'tokenizer.json').encode(text);
    expect(encode('plain')).toMatchObject({ leftOut: 1, unknown: 0 });
    expect(encode('oov')).toMatchObject({ leftOut: 0, unknown: 1 });
  });

  it('is read where to_json() was dumped once more, and refused where it is broken', () => {
    const again = JSON.stringify(cases.plain!.json);
    expect(parseTokeniser(again, 'tokenizer.json').kind).toBe('keras');
    const broken = cases.plain!.json.replace('"lower"', '"lower_case"');
    expect(() => parseTokeniser(broken, 'tokenizer.json')).toThrow(/It is a file of Keras's Tokenizer, but broken/);
  });
});
