// What a visitor typed, as the network can read it. Positions of the text are code points.
import type { Preparation } from '../../../pipeline/base/preparation.ts';

/** Where a straight mark of either kind opens: at the start, after a space, and after what opens or joins. */
const OPENS = /^$|[\s([{‘“—–-]$/u;
const MARKS = { "'": '‘’', '"': '“”' } as const;

/**
 * Straight quotation marks set as the book has them, where the vocabulary has only those. One character becomes one, so
 * that every position stays what it is.
 */
export function setQuotes(text: string, vocabulary: ReadonlySet<string>): string {
  if (!/['"]/u.test(text)) return text;
  let before = '';
  return text.replaceAll(/./gsu, (character) => {
    const [opening, closing] = MARKS[character as keyof typeof MARKS] ?? '';
    const isSet = opening !== undefined && !vocabulary.has(character) && vocabulary.has(closing!);
    const set = isSet ? (OPENS.test(before) && vocabulary.has(opening) ? opening : closing!) : character;
    before = set;
    return set;
  });
}

/**
 * A text changed as the one was that the network learned from, as far as the field that it is typed in shows it; of several
 * spaces {@link readTyped} reads one, and line breaks have but one form here.
 */
export function prepareTyped(text: string, preparation: Preparation, vocabulary: ReadonlySet<string>): string {
  const composed = preparation.includes('nfc') ? text.normalize('NFC') : text;
  return preparation.includes('typographic-quotes') ? setQuotes(composed, vocabulary) : composed;
}

export interface Typed {
  /** Code points of the whole text. */
  readonly characters: readonly string[];
  /** Numbers in the vocabulary of what is read. */
  readonly ids: Int32Array;
  /** For each code point of the text its place among those that are read, or -1. */
  readonly places: Int32Array;
  /** For each character that is read the code point of the text. */
  readonly sources: Int32Array;
  /** Characters that the network does not know, in the order in which they first come, and how often each does. */
  readonly unknown: ReadonlyMap<string, number>;
  /** Spaces that are not read because they follow another. */
  readonly spaces: number;
  /** What else is to be said of what is not read. */
  readonly note?: string;
}

/** @param numbers of the vocabulary's characters; @param collapses whether of several spaces in a row only one is read */
export function readTyped(text: string, numbers: ReadonlyMap<string, number>, collapses = false): Typed {
  const characters = [...text];
  const places = new Int32Array(characters.length).fill(-1);
  const ids = new Int32Array(characters.length);
  const sources = new Int32Array(characters.length);
  const unknown = new Map<string, number>();
  let read = 0;
  let spaces = 0;
  // A loop, for it runs at every key: Int32Array.from() with a function takes three times as long.
  for (let position = 0; position < characters.length; position++) {
    const character = characters[position]!;
    if (collapses && character === ' ' && characters[position - 1] === ' ') {
      spaces++;
      continue;
    }
    const id = numbers.get(character);
    if (id === undefined) {
      unknown.set(character, (unknown.get(character) ?? 0) + 1);
      continue;
    }
    places[position] = read;
    ids[read] = id;
    sources[read] = position;
    read++;
  }
  return { characters, ids: ids.slice(0, read), places, sources: sources.slice(0, read), unknown, spaces };
}

/** The text in pieces that are painted one by one: each ends after a line break, or after `most` code units. */
export function splitPieces(text: string, most = 256): string[] {
  const lines = text === '' ? [] : text.split(/(?<=\n)/u);
  return lines.flatMap((line) => {
    if (line.length <= most) return [line];
    const pieces: string[] = [];
    for (let start = 0; start < line.length; ) {
      const splitsPair = /[\ud800-\udbff]/.test(line[start + most - 1] ?? '');
      const end = start + (splitsPair ? most - 1 : most);
      pieces.push(line.slice(start, end));
      start = end;
    }
    return pieces;
  });
}
