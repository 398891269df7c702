import type { Characters, Span } from '../../base/positions.ts';
import { trim } from './paragraphs.ts';

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
