// The characters that an imported model knows, from a file: which number is which character.
import { z } from 'zod';
import { InputError } from '../base/errors.ts';
import { codePointName } from '../base/positions.ts';
import { readText } from '../files/files.ts';
import { parseJson, repeatedKey } from '../files/json.ts';

/** A list of tokens, or the number of each. */
const schema = z.union([z.array(z.string()), z.record(z.string(), z.int().nonnegative())]);

const FIX = 'Give a JSON list of characters, a JSON object from character to number, or a text of the characters.';

/**
 * Reads a JSON list of characters in the order of their numbers, a JSON object from character to number, or, where the
 * file's name does not end in `.json`, a text whose characters are the vocabulary, in order.
 * @param size how many numbers the model reads
 * @returns the character of each number; '' for a number that has none, or a token of several characters, which no
 *   single character of a text can be
 * @throws InputError a file that is none of these, a character or a number twice, more or fewer characters than numbers
 */
export function readVocabulary(path: string, size: number): string[] {
  const text = readText(path);
  const tokens = path.toLowerCase().endsWith('.json') ? parseTokens(text, path, size) : spellOut(text, size);
  checkDistinct(tokens, path);
  if (tokens.length !== size) {
    throw new InputError(
      `The vocabulary has ${tokens.length} characters, but the model reads ${size}.`,
      { file: path },
      'Take the vocabulary that the model was trained with.',
    );
  }
  return tokens.map((token) => ([...token].length === 1 ? token : ''));
}

/** The characters of a text; a line break at its very end is the editor's, unless the model has a number for it. */
function spellOut(text: string, size: number): string[] {
  const characters = [...text];
  const extra = characters.length === size + 1 && characters.at(-1) === '\n';
  return extra ? characters.slice(0, -1) : characters;
}

function parseTokens(text: string, file: string, size: number): string[] {
  const value = parseJson(text, (why) => new InputError(`It is not JSON: ${why}.`, { file }, FIX));
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new InputError('It is not a vocabulary.', { file }, FIX);
  if (Array.isArray(parsed.data)) return parsed.data;
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw new InputError(`It numbers ${JSON.stringify(repeated)} twice.`, { file }, FIX);
  return placeByNumber(parsed.data, file, size);
}

/** Tokens at the places of their numbers; numbers that no token has are kept for padding, as 0 is by Keras. */
function placeByNumber(numbers: Readonly<Record<string, number>>, file: string, size: number): string[] {
  const tokens = new Array<string>(size).fill('');
  for (const [token, number] of Object.entries(numbers)) {
    if (number >= size) {
      throw new InputError(
        `The number of ${JSON.stringify(token)} is ${number}, but the model reads ${size}, from 0 to ${size - 1}.`,
        { file },
        'Take the vocabulary that the model was trained with.',
      );
    }
    if (tokens[number] !== '') {
      const both = `${JSON.stringify(tokens[number])} and ${JSON.stringify(token)}`;
      throw new InputError(`${both} have the same number, ${number}.`, { file }, FIX);
    }
    tokens[number] = token;
  }
  return tokens;
}

function checkDistinct(tokens: readonly string[], file: string): void {
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token !== '' && seen.has(token)) {
      const name = [...token].length === 1 ? `${JSON.stringify(token)} (${codePointName(token)})` : `"${token}"`;
      throw new InputError(`It holds ${name} twice.`, { file }, FIX);
    }
    seen.add(token);
  }
}
