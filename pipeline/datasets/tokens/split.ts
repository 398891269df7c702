// How a text is cut into words and marks, or as Keras cuts it, and how these are numbered. It runs in a browser too, so it imports little.
import { type Characters, type Span, unitPositions } from '../../base/positions.ts';

/** The end of a paragraph, which is a token where the vocabulary has it. Other white space stands between tokens. */
export const PARAGRAPH_END = '\n\n';

/** A letter or digit and what follows it of the same word, a blank line or several, or any other visible character. */
const WORDS =
  /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*|(?<paragraph>\n[^\S\n]*\n\s*)|\S\p{M}*/gu;

interface Word extends Span {
  readonly text: string;
}

/** The words and marks of a text in order: don’t is one, rabbit-hole is three, and of ?! each mark is one. */
export function* splitWords(characters: Characters): Generator<Word> {
  const text = characters.join('');
  const positions = text.length === characters.length ? undefined : unitPositions(characters, text.length);
  const toPosition = (unit: number) => positions?.[unit] ?? unit;
  for (const { 0: found, index, groups } of text.matchAll(WORDS)) {
    yield {
      text: groups?.paragraph === undefined ? found : PARAGRAPH_END,
      start: toPosition(index),
      end: toPosition(index + found.length),
    };
  }
}

/** How a browser cuts a text as a tokeniser does; what it finds is looked up in the vocabulary. */
export type Cutting =
  | { readonly kind: 'words'; readonly lower: boolean }
  | {
      readonly kind: 'keras';
      readonly filters: string;
      readonly lower: boolean;
      readonly split: string;
      readonly ofCharacters: boolean;
    };

/** The words of a text, as they are looked up. */
export function* cutText(characters: Characters, cutting: Cutting): Generator<Word> {
  if (cutting.kind === 'keras') {
    const { filters, lower, split, ofCharacters } = cutting;
    const seen = lower ? lowered(characters) : plain(characters);
    yield* ofCharacters ? cutCharacters(seen) : cutAt(seen, new Set(filters), [...split]);
    return;
  }
  for (const word of splitWords(characters)) {
    yield cutting.lower ? { ...word, text: word.text.toLowerCase() } : word;
  }
}

/** Whether a word that is not known is passed over in silence, since it is none. */
export const isNoWord = (text: string): boolean => text === PARAGRAPH_END;

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

/** The piece from one place up to another of what is seen. */
function pieceOf({ characters, positions }: Seen, from: number, to: number): Word {
  const start = positions[from]!;
  return { text: characters.slice(from, to).join(''), start, end: positions[to - 1]! + 1 };
}

function* cutCharacters(seen: Seen): Generator<Word> {
  for (let at = 0; at < seen.characters.length; at++) yield pieceOf(seen, at, at + 1);
}

/** As Python's `str.translate` and `str.split` do: each filtered character becomes the separator. */
function* cutAt(seen: Seen, filtered: ReadonlySet<string>, separator: readonly string[]): Generator<Word> {
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
}
