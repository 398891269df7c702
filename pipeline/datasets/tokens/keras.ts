// Keras's Tokenizer as `to_json()` saves it: characters that are filtered become the separator, and so the text is cut.
import { z } from 'zod';
import type { Characters } from '../../base/positions.ts';
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
  const size = Math.min(most ?? Number.POSITIVE_INFINITY, Math.max(0, ...index.values()) + 1);
  const tokens = new Array<string>(size).fill('');
  for (const [word, number] of index) if (number < size) tokens[number] = word;
  const unknown = oov === null ? undefined : index.get(oov);
  const written = lower ? 'in lower case' : 'as they are written';
  return {
    kind: 'keras',
    tokens,
    unknown: unknown ?? null,
    said: ofCharacters
      ? `characters, ${written}`
      : `what stands between ${split === ' ' ? 'spaces' : JSON.stringify(split)} and the characters that the tokeniser filters, ${written}`,
    assumed: [],
    encode(characters) {
      const list = new TokenList();
      const cut = ofCharacters ? cutCharacters : cutAt(filters, split);
      for (const { text, start, end } of cut(lower ? lowered(characters) : plain(characters))) {
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
  };
}

/** Characters as the tokeniser sees them, and the position in the text of each. */
interface Seen {
  readonly characters: readonly string[];
  /** One more than there are characters. */
  readonly positions: ArrayLike<number>;
}

const plain = (characters: Characters): Seen => ({
  characters,
  positions: Int32Array.from({ length: characters.length + 1 }, (_, position) => position),
});

/** In lower case, as a whole, for a letter may depend on those beside it; some become two characters. */
function lowered(characters: Characters): Seen {
  const counts = characters.map((character) => [...character.toLowerCase()].length);
  const positions: number[] = [];
  counts.forEach((count, position) => {
    for (let k = 0; k < count; k++) positions.push(position);
  });
  return { characters: [...characters.join('').toLowerCase()], positions: [...positions, characters.length] };
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The piece from one place up to another of what is seen. */
function pieceOf({ characters, positions }: Seen, from: number, to: number): Piece {
  const start = positions[from]!;
  return { text: characters.slice(from, to).join(''), start, end: positions[to - 1]! + 1 };
}

function* cutCharacters(seen: Seen): Generator<Piece> {
  for (let at = 0; at < seen.characters.length; at++) yield pieceOf(seen, at, at + 1);
}

/** As Python's `str.translate` and `str.split` do: each filtered character becomes the separator. */
function cutAt(filters: string, split: string): (seen: Seen) => Generator<Piece> {
  const filtered = new Set(filters);
  const separator = [...split];
  return function* cut(seen) {
    const { characters } = seen;
    const separates = (at: number) => separator.every((character, k) => characters[at + k] === character);
    let from = 0;
    let at = 0;
    while (at <= characters.length) {
      const isFiltered = at < characters.length && filtered.has(characters[at]!);
      if (at < characters.length && !isFiltered && !separates(at)) at += 1;
      else {
        if (at > from) yield pieceOf(seen, from, at);
        at += isFiltered ? 1 : separator.length;
        from = at;
      }
    }
  };
}
