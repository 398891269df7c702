// A tokeniser cuts a text into tokens and numbers them. What any of them gives, and what is checked of it.
import { InputError } from '../../base/errors.ts';
import { type Characters, lineAndColumn } from '../../base/positions.ts';
import type { Cutting } from './split.ts';

export const TOKENISER_KINDS = ['words', 'list', 'keras', 'hugging-face'] as const;
export type TokeniserKind = (typeof TOKENISER_KINDS)[number];

/** The tokens of a text: number k, and the characters from `starts[k]` up to, not including, `ends[k]`. */
export interface Tokenised {
  readonly ids: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** How many tokens stand for something that the tokeniser does not know. */
  readonly unknown: number;
  /** How many words it does not know and has no token for, so that the network never sees them. */
  readonly leftOut: number;
}

export interface Tokeniser {
  readonly kind: TokeniserKind;
  /** What each number stands for; empty for a number that no token has, such as one kept for padding. */
  readonly tokens: readonly string[];
  /** The number of the token for all that it does not know; null where there is none. */
  readonly unknown: number | null;
  /** How it cuts a text, as a phrase: `words and marks, as they are written`. */
  readonly said: string;
  /** What its file leaves open and had to be guessed, as sentences. */
  readonly assumed: readonly string[];
  /** How a browser cuts a text as it does; null where that takes a library. */
  readonly cutting: Cutting | null;
  /**
   * @param file the text's, for messages
   * @throws InputError a word that is not known, where there is no token for such words and they are not left out
   */
  encode(characters: Characters, file?: string): Tokenised;
  /** What tokens spell together, by its own rules; those that no token has, such as one kept for padding, spell nothing. */
  decode(ids: Int32Array): string;
  /** What of that is a guess, as a sentence; undefined where nothing is. */
  readonly guessedSpelling?: string;
}

/** Collects tokens in the order in which they stand. */
export class TokenList {
  readonly #ids: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  unknown = 0;
  leftOut = 0;

  add(id: number, start: number, end: number): void {
    this.#ids.push(id);
    this.#starts.push(start);
    this.#ends.push(end);
  }

  /** Gives the last token what follows it too. */
  extend(end: number): void {
    this.#ends[this.#ends.length - 1] = end;
  }

  finish(): Tokenised {
    return {
      ids: Int32Array.from(this.#ids),
      starts: Int32Array.from(this.#starts),
      ends: Int32Array.from(this.#ends),
      unknown: this.unknown,
      leftOut: this.leftOut,
    };
  }
}

/** A character that takes one byte cannot be divided among tokens. */
const isOneByte = (character: string): boolean => character.codePointAt(0)! < 0x80;

/**
 * What is wrong with spans of a text, as a clause that names the first that is; undefined where nothing is. They rise and do
 * not overlap, but that tokens of bytes may share the character that they divide, and a token that a tokeniser puts in front of a
 * word its first one.
 */
export function faultInSpans(
  { starts, ends }: { readonly starts: ArrayLike<number>; readonly ends: ArrayLike<number> },
  characters: Characters,
): string | undefined {
  for (let k = 0; k < starts.length; k++) {
    const [start, end] = [starts[k]!, ends[k]!];
    const named = `token ${k} (characters ${start} to ${end})`;
    if (start < 0 || end > characters.length)
      return `${named} lies outside the text of ${characters.length} characters`;
    if (start >= end) return `${named} holds no character`;
    if (k === 0) continue;
    const [before, endBefore] = [starts[k - 1]!, ends[k - 1]!];
    const shared = endBefore - start;
    const divides = shared === 1 && end >= endBefore && (start === before || !isOneByte(characters[start]!));
    if (start < before || (shared > 0 && !divides)) {
      return `${named} overlaps the one before it (characters ${before} to ${endBefore})`;
    }
  }
  return undefined;
}

export function unknownWord(word: string, characters: Characters, position: number, file?: string): InputError {
  return new InputError(
    `The tokeniser does not know ${JSON.stringify(word)}, and has no token for unknown words.`,
    { ...(file === undefined ? {} : { file }), ...lineAndColumn(characters, position) },
    'Add such a token to the tokeniser, as the model was trained with it, or take a text of words that it knows.',
  );
}
