import type { Characters, Span } from '../../base/positions.ts';

/**
 * Cuts a text after each run of blank lines. The spans tile the text: a paragraph owns the blank lines after it, and
 * the first one those before it. A line is blank if it holds nothing but spaces, tabs and carriage returns.
 */
export function paragraphs(characters: Characters): Span[] {
  const spans: Span[] = [];
  let start = 0;
  let seenText = false;
  let lineBreaks = 0;
  characters.forEach((character, position) => {
    if (character === '\n') {
      lineBreaks += 1;
    } else if (character !== ' ' && character !== '\t' && character !== '\r') {
      if (seenText && lineBreaks > 1) {
        const lineStart = startOfLine(characters, position);
        spans.push({ start, end: lineStart });
        start = lineStart;
      }
      seenText = true;
      lineBreaks = 0;
    }
  });
  if (characters.length > 0) spans.push({ start, end: characters.length });
  return spans;
}

/** The span without the white space at its two ends; empty at its start where there is nothing else. */
export function trim(characters: Characters, { start, end }: Span): Span {
  let first = start;
  while (first < end && isSpace(characters[first])) first += 1;
  let last = end;
  while (last > first && isSpace(characters[last - 1])) last -= 1;
  return { start: first, end: last };
}

/** Space, tab or line break; also the edge of the text, which is blank on its other side. */
export function isSpace(character: string | undefined): boolean {
  return character === undefined || character === ' ' || character === '\n' || character === '\t';
}

function startOfLine(characters: Characters, position: number): number {
  let start = position;
  while (start > 0 && characters[start - 1] !== '\n') start -= 1;
  return start;
}

/** Whether a position is the first visible one of a line that is indented, as is the line after it. */
export function startsVerse(characters: Characters, position: number): boolean {
  if (characters[position - 1] !== ' ' || characters[position - 2] !== '\n') return false;
  const nextLine = characters.indexOf('\n', position) + 1;
  return nextLine > 0 && characters[nextLine] === ' ';
}

export interface Sentence extends Span {
  /** Its full stop, question or exclamation mark, or several of them; undefined where the paragraph ends without. */
  readonly stop: Span | undefined;
}

/** What is asked of a text to find its sentences. */
interface ReadableText {
  readonly characters: Characters;
  readonly paragraphs: readonly Span[];
  matches(pattern: RegExp): Span[];
}

/**
 * A stop that ends a sentence: white space follows it, or marks that close a quotation or bracket and then white
 * space, and after that no lower-case letter (‘Well!’ thought Alice is one sentence). Not the full stop of an
 * abbreviated title or an initial, I aside, which is a word.
 */
const STOP =
  /(?<on>(?<!(?<!\p{L})(?:Mr|Mrs|Ms|Dr|St|[A-HJ-Z])(?=\.))[.!?…]+)(?=[’”"')\]_*]*(?:\s|$))(?![’”"')\]_*]*\s+[‘“"'([_*–—-]*\p{Ll})/gu;

const CLOSING = '’”"\')]_*';

/**
 * Cuts each paragraph into sentences. A sentence runs from its first visible character to its last, the marks that
 * close a quotation behind its stop among them.
 */
export function findSentences(text: ReadableText): Sentence[] {
  const { characters } = text;
  const stops = text.matches(STOP);
  const sentences: Sentence[] = [];
  let next = 0;
  for (const paragraph of text.paragraphs) {
    const { start, end } = trim(characters, paragraph);
    let from = start;
    while (from < end) {
      const stop = next < stops.length && stops[next]!.start < end ? stops[next++] : undefined;
      let to = stop?.end ?? end;
      while (to < end && CLOSING.includes(characters[to]!)) to += 1;
      sentences.push({ start: from, end: to, stop });
      from = trim(characters, { start: to, end }).start;
    }
  }
  return sentences;
}
