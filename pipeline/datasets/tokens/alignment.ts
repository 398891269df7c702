// Which characters of a text a tokeniser's pieces stand for, where it says nothing of that: its normaliser may add, drop and change
// characters, and its pieces may be bytes.
import type { Characters } from '../../base/positions.ts';

/** What a tokeniser sees in place of a text, piece by piece, and the characters of the text that each stands for. */
export interface Aligned {
  readonly pieces: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Collects pieces. */
class Pieces {
  readonly pieces: string[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  add(piece: string, start: number, end: number): void {
    this.pieces.push(piece);
    this.starts.push(start);
    this.ends.push(end);
  }
}

const clusters = new Intl.Segmenter('und', { granularity: 'grapheme' });

interface Part {
  /** What the normaliser makes of it. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The text cluster by cluster, since what combines is changed together; by character where that comes to the same. */
function partsOf(characters: Characters, first: number, normalise: (text: string) => string): Part[] {
  let start = first;
  return [...clusters.segment(characters.join(''))].flatMap(({ segment }): Part[] => {
    const own = [...segment];
    const whole = { text: normalise(segment), start, end: start + own.length };
    start = whole.end;
    if (own.length === 1) return [whole];
    const singly = own.map((character, k) => ({
      text: normalise(character),
      start: whole.start + k,
      end: whole.start + k + 1,
    }));
    return singly.map(({ text }) => text).join('') === whole.text ? singly : [whole];
  });
}

function addPart(pieces: Pieces, { text, start, end }: Part): void {
  const own = [...text];
  // Of a cluster that changes as a whole a piece stands for a character, as long as there are some: so does the original count.
  own.forEach((piece, k) => {
    const from = Math.min(start + k, end - 1);
    pieces.add(piece, from, from + 1);
  });
}

/** Characters by which it is known again where the normalised text goes on. */
const RESYNC = 12;

export interface Normaliser {
  /** What becomes of a whole text. */
  whole(text: string): string;
  /** What becomes of a part of one, where nothing is done to a text's beginning and end. */
  part(text: string): string;
}

/**
 * A text as its normaliser leaves it.
 * @param first position of the characters in the whole text
 * @returns undefined where it cannot be told which characters became what
 */
export function alignNormalised(characters: Characters, first: number, normaliser: Normaliser): Aligned | undefined {
  const whole = normaliser.whole(characters.join(''));
  const parts = partsOf(characters, first, normaliser.part);
  const pieces = new Pieces();
  const singly = parts.map(({ text }) => text).join('');
  // As long, it differs at most where a letter depends on its neighbours, as a final sigma does; the original takes each by itself.
  if (singly.length === whole.length) {
    for (const part of parts) addPart(pieces, part);
    return pieces;
  }
  let at = 0;
  let next = 0;
  if (parts.length > 0 && whole.length > singly.length && whole.endsWith(singly)) {
    // What was put in front is given the first character.
    at = whole.length - singly.length;
    for (const added of whole.slice(0, at)) pieces.add(added, parts[0]!.start, parts[0]!.end);
  }
  const comesBack = (from: number) =>
    whole.slice(at, at + RESYNC) === textFrom(parts, from, RESYNC).slice(0, whole.length - at);
  while (next < parts.length) {
    const part = parts[next]!;
    if (whole.startsWith(part.text, at) && (part.text !== '' || part.end > part.start)) {
      addPart(pieces, part);
      at += part.text.length;
      next += 1;
      continue;
    }
    // Either the normaliser dropped what stands here, or it added a character.
    const skipped = parts.slice(next, next + RESYNC).findIndex((_, k) => comesBack(next + k + 1));
    if (skipped >= 0) next += skipped + 1;
    else {
      const added = String.fromCodePoint(whole.codePointAt(at) ?? 0);
      if (at >= whole.length) next += 1;
      else if (whole.startsWith(part.text, at + added.length)) {
        pieces.add(added, part.start, part.end);
        at += added.length;
      } else return undefined;
    }
  }
  return at === whole.length ? pieces : undefined;
}

function textFrom(parts: readonly Part[], from: number, length: number): string {
  let text = '';
  for (let k = from; k < parts.length && text.length < length; k++) text += parts[k]!.text;
  return text.slice(0, length);
}

const utf8 = new TextEncoder();

/**
 * The same byte by byte, each written as the character that stands for it.
 * @param nameOf the character of a byte
 */
export function alignBytes({ pieces, starts, ends }: Aligned, nameOf: (byte: number) => string): Aligned {
  const bytes = new Pieces();
  pieces.forEach((piece, k) => {
    for (const byte of utf8.encode(piece)) bytes.add(nameOf(byte), starts[k]!, ends[k]!);
  });
  return bytes;
}

/** Stands for a space, or for the beginning of a word where the text has none. */
const METASPACE = '\u2581';

/** Where a word begins and ends among the pieces, and how many of its characters stand for nothing in the text. */
export interface Placed {
  readonly from: number;
  readonly to: number;
  readonly added: number;
}

/**
 * Where the words that a tokeniser cuts what it sees into lie: in order, with what it leaves out between them.
 * @param space how it writes a space that it adds in front
 * @returns undefined where a word is nowhere to be found
 */
export function placeWords(words: readonly string[], { pieces }: Aligned, space: string): Placed[] | undefined {
  const placed: Placed[] = [];
  let cursor = 0;
  const matches = (own: readonly string[], skip: number, at: number) =>
    at + own.length - skip <= pieces.length &&
    own.every((character, k) => {
      const piece = pieces[at + k - skip];
      return k < skip || character === piece || (character === METASPACE && piece === ' ');
    });
  for (const word of words) {
    const own = [...word];
    const canAdd = own[0] === space || own[0] === METASPACE;
    let from = cursor;
    let added = 0;
    while (from <= pieces.length) {
      if (matches(own, 0, from)) break;
      if (canAdd && from === cursor && matches(own, 1, from)) {
        added = 1;
        break;
      }
      from += 1;
    }
    if (from > pieces.length) return undefined;
    cursor = from + own.length - added;
    placed.push({ from, to: cursor, added });
  }
  return placed;
}
