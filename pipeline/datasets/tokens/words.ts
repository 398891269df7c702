// Words and marks as tokens, with a vocabulary of those that are frequent: the tokeniser of models that are trained here, and
// of a list with a token on each line.
import { z } from 'zod';
import type { Characters } from '../../base/positions.ts';
import type { Block } from '../blocks.ts';
import { GUESSED_SPACING, joinWords } from './spacing.ts';
import { type Cutting, cutText, isNoWord, PARAGRAPH_END, splitWords } from './split.ts';
import { type Tokeniser, TokenList, unknownWord } from './tokeniser.ts';

/** Stands for every word that the vocabulary of a model trained here lacks. */
export const UNKNOWN = '<unk>';

interface WordRules {
  readonly kind: 'words' | 'list';
  readonly tokens: readonly string[];
  readonly unknown: number | null;
  /** Whether a word is looked up in lower case. */
  readonly lower: boolean;
  readonly assumed: readonly string[];
}

function wordTokeniser({ lower, ...rules }: WordRules): Tokeniser {
  const { tokens, unknown } = rules;
  const numbers = new Map(tokens.map((token, id) => [token, id]));
  const keepsParagraphs = numbers.has(PARAGRAPH_END);
  const cutting: Cutting = { kind: 'words', lower };
  return {
    ...rules,
    said: `words and marks, ${lower ? 'in lower case' : 'as they are written'}${keepsParagraphs ? ', and ends of paragraphs' : ''}`,
    cutting,
    encode(characters, file) {
      const list = new TokenList();
      for (const { text, start, end } of cutText(characters, cutting)) {
        const id = numbers.get(text);
        if (id !== undefined) list.add(id, start, end);
        else if (!isNoWord(text)) {
          if (unknown === null) throw unknownWord(text, characters, start, file);
          list.unknown += 1;
          list.add(unknown, start, end);
        }
      }
      return list.finish();
    },
    decode: (ids) => joinWords(Array.from(ids, (id) => tokens[id] ?? '').filter((token) => token !== '')),
    guessedSpelling: GUESSED_SPACING,
  };
}

// The file of a model that was trained here.

const schema = z.strictObject({
  tokeniser: z.literal('words'),
  format: z.literal(1),
  unknown: z.literal(0),
  tokens: z.array(z.string().min(1)).min(1),
});

/** Whether some JSON is such a file, broken or not. */
export function isWordsFile(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'tokeniser' in json;
}

/** @returns undefined where it is broken */
export function parseWords(json: unknown): Tokeniser | undefined {
  const parsed = schema.safeParse(json);
  return parsed.success ? wordsTokeniser(parsed.data.tokens) : undefined;
}

/** @param tokens the first stands for every unknown word */
export function wordsTokeniser(tokens: readonly string[]): Tokeniser {
  return wordTokeniser({ kind: 'words', tokens, unknown: 0, lower: false, assumed: [] });
}

/** As {@link parseWords} reads it, a token on each line. */
export function writeWords({ tokens }: Pick<Tokeniser, 'tokens'>): string {
  const lines = tokens.map((token) => `    ${JSON.stringify(token)}`);
  return `{\n  "tokeniser": "words",\n  "format": 1,\n  "unknown": 0,\n  "tokens": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

/**
 * The words and marks that occur most often in the blocks that train, after the token for all others; of equally frequent ones
 * those that come first in the text.
 * @param size of the vocabulary, at most
 */
export function frequentWords(characters: Characters, blocks: readonly Block[], size: number): string[] {
  const counts = new Map<string, number>();
  for (const { start, end, split } of blocks) {
    if (split !== 'train') continue;
    for (const { text } of splitWords(characters.slice(start, end))) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  counts.delete(UNKNOWN);
  const ranked = [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word);
  return [UNKNOWN, ...ranked.slice(0, size - 1)];
}

// A list with a token on each line.

/** What such lists call the token for unknown words. */
const UNKNOWN_NAMES = ['<unk>', '[UNK]', '<UNK>', '<oov>', '<OOV>', '[OOV]', 'UNK', 'unk'];

/** @returns undefined where it holds no token, or one of them twice */
export function parseList(text: string): Tokeniser | undefined {
  const tokens = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const named = tokens.filter((token) => token !== '');
  if (named.length === 0 || new Set(named).size < named.length) return undefined;
  const unknownName = UNKNOWN_NAMES.find((name) => tokens.includes(name));
  const words = named.filter((token) => !UNKNOWN_NAMES.includes(token) && !/^[<[].*[>\]]$/.test(token));
  const lower = words.every((token) => token === token.toLowerCase());
  const assumed = [
    `A list says nothing of how a text is cut: it is taken for words and marks, ${lower ? 'in lower case, since the list has no capitals' : 'as they are written'}.`,
    ...(unknownName === undefined
      ? []
      : [`The token ${unknownName} is taken for the one that stands for unknown words.`]),
  ];
  const unknown = unknownName === undefined ? null : tokens.indexOf(unknownName);
  return wordTokeniser({ kind: 'list', tokens, unknown, lower, assumed });
}
