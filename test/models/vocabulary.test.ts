import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readVocabulary } from '../../pipeline/models/vocabulary.ts';
import { inputError, temporaryFolder } from '../temporary.ts';

function fileOf(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const real = fileURLToPath(new URL('../../../shared/data/textgenrnn_vocab.json', import.meta.url));

describe('readVocabulary', () => {
  it('takes a list as it stands, and an object by its numbers, with nothing where there is none', () => {
    expect(readVocabulary(fileOf('a.json', '["b", "\\n", "🐇"]'), 3)).toEqual(['b', '\n', '🐇']);
    expect(readVocabulary(fileOf('a.json', '{"b": 3, "a": 1}'), 4)).toEqual(['', 'a', '', 'b']);
  });

  it('takes the characters of a text, and a line break at its end only where the model has a number for it', () => {
    expect(readVocabulary(fileOf('a.txt', 'ab 🐇\n'), 4)).toEqual(['a', 'b', ' ', '🐇']);
    expect(readVocabulary(fileOf('a.txt', 'ab 🐇\n'), 5)).toEqual(['a', 'b', ' ', '🐇', '\n']);
  });

  it('keeps the place of a token that is no single character', () => {
    expect(readVocabulary(fileOf('a.json', '{"<s>": 2, "a": 1, "b": 0}'), 3)).toEqual(['b', 'a', '']);
  });

  it.skipIf(!existsSync(real))('reads the vocabulary of a published model (needs ../shared)', () => {
    const vocabulary = readVocabulary(real, 465);
    expect(vocabulary).toHaveLength(465);
    expect(vocabulary[0]).toBe('');
    expect([vocabulary[8], vocabulary[26], vocabulary[52]]).toEqual(['n', ',', 'L']);
  });

  it.each([
    ['a.json', '["a", "b"]', 'The vocabulary has 2 characters, but the model reads 3.'],
    ['a.txt', 'abcd', 'The vocabulary has 4 characters, but the model reads 3.'],
    ['a.txt', 'aba', 'It holds "a" (U+0061) twice.'],
    ['a.json', '["<s>", "a", "<s>"]', 'It holds "<s>" twice.'],
    ['a.json', '{"a": 3}', 'The number of "a" is 3, but the model reads 3, from 0 to 2.'],
    ['a.json', '{"a": 1, "b": 1}', '"a" and "b" have the same number, 1.'],
    ['a.json', '{"a": 1, "a": 2}', 'It numbers "a" twice.'],
    ['a.json', '{"a": 1.5}', 'It is not a vocabulary.'],
    ['a.json', '{"a"', 'It is not JSON'],
  ])('refuses %s with %s', (name, content, what) => {
    expect(inputError(() => readVocabulary(fileOf(name, content), 3)).what).toContain(what);
  });
});
