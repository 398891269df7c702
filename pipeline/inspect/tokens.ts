// A text as the tokens of a model that has a tokeniser, with what is to be said of how it was cut.
import { InputError } from '../base/errors.ts';
import type { Characters, Span } from '../base/positions.ts';
import type { OpenedModel } from '../models/open.ts';

export interface ReadTokens {
  readonly ids: Int32Array;
  /** What each is called in the vocabulary. */
  readonly names: readonly string[];
  /** Which characters each is. */
  readonly spans: readonly Span[];
  readonly unknown: number;
  readonly leftOut: number;
  /** What of the text the network does not see, as sentences. */
  readonly notes: readonly string[];
}

/** @throws InputError a word that the tokeniser does not know and has no token for; a text that holds no token */
export function readTokens(
  characters: Characters,
  { tokeniser, vocabulary }: OpenedModel & { readonly tokeniser: NonNullable<OpenedModel['tokeniser']> },
  file: string,
): ReadTokens {
  const { ids, starts, ends, unknown, leftOut } = tokeniser.encode(characters, file);
  if (ids.length === 0) {
    const fix = 'Give a text that holds some of what the tokeniser knows.';
    throw new InputError('The tokeniser finds no token in it.', { file }, fix);
  }
  return {
    ids,
    names: Array.from(ids, (id) => vocabulary[id]!),
    spans: Array.from(starts, (start, k) => ({ start, end: ends[k]! })),
    unknown,
    leftOut,
    notes: notesOf(ids.length, unknown, leftOut, tokeniser.unknown === null ? '' : vocabulary[tokeniser.unknown]!),
  };
}

function notesOf(tokens: number, unknown: number, leftOut: number, name: string): string[] {
  const count = (value: number) => value.toLocaleString('en');
  const whole = `${count(tokens)} ${tokens === 1 ? 'token' : 'tokens'}`;
  return [
    ...(unknown === 0
      ? []
      : [
          `Of ${whole} ${count(unknown)} ${unknown === 1 ? 'is' : 'are'} unknown to the tokeniser and read as ${name}.`,
        ]),
    ...(leftOut === 0
      ? []
      : [
          `Besides ${whole}, ${count(leftOut)} ${leftOut === 1 ? 'word' : 'words'} of the text ${leftOut === 1 ? 'is' : 'are'} not read: the tokeniser does not know ${leftOut === 1 ? 'it' : 'them'}, and has no token for unknown words.`,
        ]),
  ];
}
