import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../../../pipeline/base/positions.ts';
import { parseTokeniser } from '../../../../pipeline/datasets/tokens/open.ts';
import { readTypedTokens } from '../../../../src/client/live/typed-tokens.ts';

const tokeniser = parseTokeniser('<unk>\nthe\ncat\n.\n', 'tokens.txt');
const live = { cutting: tokeniser.cutting!, unknown: tokeniser.unknown };
const numbers = new Map(tokeniser.tokens.map((token, id) => [token, id]));

describe('what a visitor types for a network of tokens', () => {
  const text = 'The  cat sat.\n\nThe 😀';
  const typed = readTypedTokens(text, numbers, live, tokeniser.tokens);

  it('is cut as the tokeniser cuts it, unknown words among them', () => {
    expect(Array.from(typed.ids)).toEqual(Array.from(tokeniser.encode(toCharacters(text)).ids));
    expect(Array.from(typed.ids)).toEqual([1, 2, 0, 3, 1, 0]);
    expect(typed.note).toBe('2 of 6 tokens are none that the network knows, and are read as <unk>: “sat”, “😀”.');
  });

  it('has its token at every character, up to the next one', () => {
    expect(Array.from(typed.places).join('')).toBe('000001111222333444' + '45');
    expect(Array.from(typed.sources)).toEqual([0, 5, 9, 12, 15, 19]);
  });

  it('is struck through where nothing stands for unknown words', () => {
    const strict = readTypedTokens('the dog.', numbers, { ...live, unknown: null }, tokeniser.tokens);
    expect(Array.from(strict.places)).toEqual([0, 0, 0, 0, -1, -1, -1, 1]);
    expect(strict.note).toMatch(/^Struck through and not read.*“dog”/);
  });
});
