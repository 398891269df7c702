import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { buildVocabulary, decode, encode, encodeLong } from '../../../pipeline/datasets/text/vocabulary.ts';
import { aliceText } from './books.ts';

describe('a vocabulary', () => {
  it('is the set of code points in the order of their numbers, not of their UTF-16 units', () => {
    expect(buildVocabulary('b👒aﬀb\n')).toEqual(['\n', 'a', 'b', 'ﬀ', '👒']);
  });

  it('of the book has 75 characters', () => {
    expect(buildVocabulary(aliceText).join('')).toBe(
      '\n !()*,-.1568:;?ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz‘’“”',
    );
  });

  it('gives back every text that it encodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const vocabulary = buildVocabulary(text);
        const ids = encode(text, vocabulary);
        expect(ids).toHaveLength(toCharacters(text).length);
        expect(decode(ids, vocabulary)).toBe(text);
      }),
    );
  });

  it('names a character that it lacks, with line and column counted in code points', () => {
    expect(() => encode('ab\n👒é', ['\n', 'a', 'b', '👒'], 'my-text.txt')).toThrow(
      'my-text.txt:2:2: The model does not know the character "é" (U+00E9)\n' +
        '  Replace it by a character of the vocabulary, or train a model on a text that has it.',
    );
  });

  it('encodes a long text as it does a list, and counts what it leaves out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, known) => {
        const vocabulary = buildVocabulary(known);
        const kept = toCharacters(text).filter((character) => vocabulary.includes(character));
        const { ids, leftOut } = encodeLong(text, vocabulary, true);
        expect(ids).toEqual(encode(kept, vocabulary));
        expect(leftOut).toBe(toCharacters(text).length - kept.length);
      }),
    );
    const whole = encodeLong(aliceText, buildVocabulary(aliceText), false);
    expect(whole).toEqual({ ids: encode(aliceText, buildVocabulary(aliceText)), leftOut: 0 });
    expect(() => encodeLong('ab\n👒é', ['\n', 'a', 'b', '👒'], false, 'my-text.txt')).toThrow('my-text.txt:2:2: ');
  });

  it('refuses an id that it lacks', () => {
    expect(() => decode([0, 2], ['a', 'b'])).toThrow('2 is not in a vocabulary of 2');
  });
});
