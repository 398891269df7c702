import { InputError } from '../../base/errors.ts';
import { type Characters, codePointName, lineAndColumn, toCharacters } from '../../base/positions.ts';

/** @returns the code points that occur in a text, or the symbols that a list holds, once each, by ascending code point */
export function buildVocabulary(text: Iterable<string>): string[] {
  return [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}

/**
 * @returns the index in `vocabulary` of each code point of the text
 * @throws InputError at the first character that the vocabulary lacks, with its number, line and column
 */
export function encode(text: string | Characters, vocabulary: readonly string[], file?: string): Int32Array {
  const indices = new Map(vocabulary.map((character, index) => [character, index]));
  const characters = typeof text === 'string' ? toCharacters(text) : text;
  const ids = new Int32Array(characters.length);
  characters.forEach((character, position) => {
    const index = indices.get(character);
    if (index === undefined) throw unknownCharacter(characters, position, file);
    ids[position] = index;
  });
  return ids;
}

/**
 * The same of a text that may be long: nothing is made for each character but its index, for a list of millions of strings
 * takes a gigabyte, and is looked through whenever memory is given back.
 * @param skipUnknown whether characters that the vocabulary lacks are left out
 * @returns with the indices how many characters were left out
 * @throws InputError as {@link encode}, unless they are left out
 */
export function encodeLong(
  text: string,
  vocabulary: readonly string[],
  skipUnknown: boolean,
  file?: string,
): { readonly ids: Int32Array; readonly leftOut: number } {
  const indices = new Map(vocabulary.map((character, index) => [character, index]));
  const ids = new Int32Array(text.length);
  let [length, leftOut] = [0, 0];
  for (const character of text) {
    const index = indices.get(character);
    if (index !== undefined) ids[length++] = index;
    else if (skipUnknown) leftOut += 1;
    else throw unknownCharacter(toCharacters(text), length, file);
  }
  return { ids: ids.subarray(0, length), leftOut };
}

/**
 * The inverse of {@link encode}.
 * @throws RangeError where an id is not an index of the vocabulary
 */
export function decode(ids: Iterable<number>, vocabulary: readonly string[]): string {
  return Array.from(ids, (id) => {
    const character = vocabulary[id];
    if (character === undefined) throw new RangeError(`${id} is not in a vocabulary of ${vocabulary.length}`);
    return character;
  }).join('');
}

function unknownCharacter(characters: Characters, position: number, file: string | undefined): InputError {
  const character = characters[position]!;
  return new InputError(
    `The model does not know the character ${JSON.stringify(character)} (${codePointName(character)})`,
    { ...(file === undefined ? {} : { file }), ...lineAndColumn(characters, position) },
    'Replace it by a character of the vocabulary, or train a model on a text that has it.',
  );
}
