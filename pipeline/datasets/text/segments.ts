// Words and sentences by the rules of Unicode, which know most languages. For English, and where nobody said the language, there are
// rules that are better tested here; see `text-view.ts` and `paragraphs.ts`.
import type { Characters, Span } from '../../base/positions.ts';
import type { Language } from '../dataset.ts';
import { type Sentence, trim } from './paragraphs.ts';
import { scriptOf } from './scripts.ts';

/** The locale to cut a text by; null for English, for programs, and for a text with spaces of which nobody said the language. */
export function segmenterFor(characters: Characters, language: Language | undefined): string | null {
  if (language?.kind === 'programming') return null;
  if (language === undefined) return scriptOf(characters).spaces ? null : 'und';
  return /^en(?:-|$)/i.test(language.name) ? null : language.name;
}

/** @returns words as UTF-16 units of the text */
export function segmentWords(text: string, locale: string): Span[] {
  const words: Span[] = [];
  for (const { segment, index, isWordLike } of new Intl.Segmenter(locale, { granularity: 'word' }).segment(text)) {
    if (isWordLike === true) words.push({ start: index, end: index + segment.length });
  }
  return words;
}

/** The stop of a sentence, before marks and brackets that close. */
const STOP = /(?<stop>[\p{Sentence_Terminal}…]+)[\p{Pe}\p{Pf}\p{Pi}"'“”_*\s]*$/u;

/** Cuts each paragraph into sentences. A line break ends none. */
export function segmentSentences(
  { characters, paragraphs }: { readonly characters: Characters; readonly paragraphs: readonly Span[] },
  locale: string,
): Sentence[] {
  const segmenter = new Intl.Segmenter(locale, { granularity: 'sentence' });
  return paragraphs.flatMap((paragraph) => {
    const inner = trim(characters, paragraph);
    const text = characters.slice(inner.start, inner.end).join('').replaceAll('\n', ' ');
    let at = inner.start;
    return Array.from(segmenter.segment(text), ({ segment }): Sentence => {
      const start = at;
      at += [...segment].length;
      const span = trim(characters, { start, end: at });
      const found = STOP.exec(segment);
      if (found === null) return { ...span, stop: undefined };
      const from = start + [...segment.slice(0, found.index)].length;
      return { ...span, stop: { start: from, end: from + [...found.groups!.stop!].length } };
    }).filter(({ start, end }) => end > start);
  });
}
