// Keras's Tokenizer as `to_json()` saves it: characters that are filtered become the separator, and so the text is cut.
import { z } from 'zod';
import { type Cutting, cutText } from './split.ts';
import { type Tokeniser, TokenList } from './tokeniser.ts';

const nested = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

const schema = z.object({
  class_name: z.literal('Tokenizer'),
  config: z.object({
    num_words: z.int().positive().nullable(),
    filters: z.string(),
    lower: z.boolean(),
    split: z.string().min(1),
    char_level: z.boolean(),
    oov_token: z.string().nullable(),
    word_index: nested.pipe(z.record(z.string(), z.int().positive())),
  }),
});

type Settings = z.infer<typeof schema>['config'];

/** Whether some JSON is such a file, broken or not. */
export function isKerasFile(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'class_name' in json && json.class_name === 'Tokenizer';
}

/** @returns undefined where it is broken */
export function parseKeras(json: unknown): Tokeniser | undefined {
  const parsed = schema.safeParse(json);
  return parsed.success ? kerasTokeniser(parsed.data.config) : undefined;
}

function kerasTokeniser(settings: Settings): Tokeniser {
  const { num_words: most, filters, lower, split, char_level: ofCharacters, oov_token: oov, word_index } = settings;
  // A Map, since a word may be called as a member of an object is.
  const index = new Map(Object.entries(word_index));
  const size = Math.min(
    most ?? Number.POSITIVE_INFINITY,
    [...index.values()].reduce((one, other) => Math.max(one, other), 0) + 1,
  );
  const tokens = new Array<string>(size).fill('');
  for (const [word, number] of index) if (number < size) tokens[number] = word;
  const unknown = oov === null ? undefined : index.get(oov);
  const cutting: Cutting = { kind: 'keras', filters, lower, split, ofCharacters };
  const written = lower ? 'in lower case' : 'as they are written';
  return {
    kind: 'keras',
    tokens,
    unknown: unknown ?? null,
    said: ofCharacters
      ? `characters, ${written}`
      : `what stands between ${split === ' ' ? 'spaces' : JSON.stringify(split)} and the characters that the tokeniser filters, ${written}`,
    assumed: [],
    cutting,
    encode(characters) {
      const list = new TokenList();
      for (const { text, start, end } of cutText(characters, cutting)) {
        const number = index.get(text);
        const isKnown = number !== undefined && number < size;
        if (isKnown) list.add(number, start, end);
        else if (unknown === undefined) list.leftOut += 1;
        else {
          list.unknown += 1;
          list.add(unknown, start, end);
        }
      }
      return list.finish();
    },
    // As its `sequences_to_texts` does, but that characters are not put apart.
    decode: (ids) => spelled(ids, tokens).join(ofCharacters ? '' : ' '),
  };
}

/** The words of tokens; none of the number 0 and others that no word has. */
function spelled(ids: Int32Array, tokens: readonly string[]): string[] {
  return Array.from(ids, (id) => tokens[id] ?? '').filter((token) => token !== '');
}
