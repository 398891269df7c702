// A tokeniser from its file, of whatever kind, and whether it is the one that a model was trained with.
import { InputError } from '../../base/errors.ts';
import { isHuggingFaceFile, parseHuggingFace } from './hugging-face.ts';
import { isKerasFile, parseKeras } from './keras.ts';
import type { Tokeniser } from './tokeniser.ts';
import { isWordsFile, parseList, parseWords } from './words.ts';

const FIX =
  "Give what Keras's Tokenizer saves with to_json(), a tokenizer.json of Hugging Face, or a text with a token on each line.";

/**
 * @param file its path: what ends in `.json` is JSON, anything else a list
 * @throws InputError a file that is no tokeniser, or a broken one
 */
export function parseTokeniser(text: string, file: string): Tokeniser {
  const tokeniser = /\.json$/i.test(file) ? parseJson(text, file) : parseList(text);
  if (tokeniser !== undefined) return tokeniser;
  throw new InputError('It is no list of tokens: it holds none, or one of them twice.', { file }, FIX);
}

function parseJson(text: string, file: string): Tokeniser {
  let json: unknown;
  try {
    json = JSON.parse(text);
    // Keras's own method gives a string, which json.dump wraps in another.
    if (typeof json === 'string') json = JSON.parse(json);
  } catch (error) {
    throw new InputError(`It is not JSON: ${(error as Error).message}.`, { file }, FIX);
  }
  const known = [
    { is: isWordsFile, parse: parseWords, name: 'a tokeniser of words' },
    { is: isKerasFile, parse: parseKeras, name: "Keras's Tokenizer" },
    {
      is: isHuggingFaceFile,
      parse: (found: unknown) => parseHuggingFace(found, file),
      name: "Hugging Face's tokenizers",
    },
  ].find(({ is }) => is(json));
  if (known === undefined) throw new InputError('It is JSON, but no tokeniser of a known kind.', { file }, FIX);
  const tokeniser = known.parse(json);
  if (tokeniser !== undefined) return tokeniser;
  throw new InputError(`It is a file of ${known.name}, but broken.`, { file }, FIX);
}

/** Rows that an embedding may have more than there are tokens: up to a round number, as many trainers like them. */
const ROUND = 128;

/**
 * The tokens of a model that reads `inputs` different ones, padded where its embedding has rows that no token has.
 * @returns with what there is to say of such rows
 * @throws InputError more tokens than the model reads, or many fewer
 */
export function fitTokens(
  { tokens, kind }: Pick<Tokeniser, 'tokens' | 'kind'>,
  inputs: number,
  file: string,
): { readonly tokens: readonly string[]; readonly assumed: readonly string[] } {
  const size = tokens.length;
  const round = Math.ceil(size / ROUND) * ROUND;
  // Keras's numbers begin at 1, so an embedding for `num_words` of them is often made one larger.
  const fits = inputs === size || (inputs > size && (inputs <= round || (kind === 'keras' && inputs === size + 1)));
  if (!fits) {
    throw new InputError(
      `The tokeniser gives ${size.toLocaleString('en')} different numbers, but the model reads ${inputs.toLocaleString('en')}.`,
      { file },
      'Take the tokeniser that the model was trained with.',
    );
  }
  if (inputs === size) return { tokens, assumed: [] };
  const left = inputs - size;
  return {
    tokens: [...tokens, ...new Array<string>(left).fill('')],
    assumed: [
      `The model reads ${inputs.toLocaleString('en')} different tokens and the tokeniser has ${size.toLocaleString('en')}: the last ${left} ${left === 1 ? 'row' : 'rows'} of the embedding ${left === 1 ? 'is' : 'are'} taken for padding.`,
    ],
  };
}
