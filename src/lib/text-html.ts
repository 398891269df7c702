// Corpus text as a tree of elements, serialised once. Text is data: whatever it spells, it is shown.
import type { Element, ElementContent, Properties } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import { STEPS, stepTag } from '../shared/scale.ts';
import { colourRuns, isVerse, splitParagraphs } from '../shared/text.ts';

/** A page has thousands of spans, so they are made plainly, and share their properties. */
function element(tagName: string, properties: Properties, children: ElementContent[]): Element {
  return { type: 'element', tagName, properties, children };
}

const STEP_TAGS: readonly string[] = Array.from({ length: STEPS }, (_, step) => stepTag(step));

/** Marks the runs of a text whose step is not the neutral one. @param peak the character that is marked besides, if it is in it */
function colour(text: string, stepOf: (position: number) => number, neutral: number, peak = -1): ElementContent[] {
  return colourRuns(text, stepOf).flatMap(({ start, end, step, text: value }) => {
    const content = peak < start || peak >= end ? [plain(value)] : peaked(value, peak - start, step);
    return step === neutral ? content : [element(STEP_TAGS[step]!, {}, content)];
  });
}

const plain = (value: string): ElementContent => ({ type: 'text', value });

/** A run with one of its code points marked, and whatever combines with it. */
function peaked(run: string, at: number, step: number): ElementContent[] {
  const characters = [...run];
  let end = at + 1;
  while (end < characters.length && /[\p{M}\u200d]/u.test(characters[end]!)) end++;
  const mark = element('b', { className: [`s${step}`, 'peak'] }, [plain(characters.slice(at, end).join(''))]);
  const [before, after] = [characters.slice(0, at), characters.slice(end)].map((part) => part.join(''));
  return [...(before ? [plain(before)] : []), mark, ...(after ? [plain(after)] : [])];
}

/** A gallery has a million of these elements, whose quotation marks would be megabytes. */
const serialised = (children: ElementContent[]): string =>
  toHtml({ type: 'root', children }, { preferUnquoted: true, tightAttributes: true });

/** A piece of text in one line as HTML, coloured, its spaces and line breaks left to the place where it is put. */
export function lineHtml(text: string, stepOf: (position: number) => number, neutral: number): string {
  return serialised(colour(text, stepOf, neutral));
}

/**
 * An excerpt as HTML whose text content is exactly `text`, line breaks included.
 * @param stepOf the step of the code point at a position of `text`
 * @param options.neutral the step that gets no element
 * @param options.keepLines whether every line break of the source is shown, as cells that watch lines need it
 * @param options.from where the excerpt begins in the whole text, if each paragraph is to say where it does
 * @param options.peak the character that is marked as the furthest on or off, if one is
 */
export function textHtml(
  text: string,
  stepOf: (position: number) => number,
  {
    neutral,
    keepLines = false,
    from,
    peak = -1,
  }: { neutral: number; keepLines?: boolean; from?: number; peak?: number | undefined },
): string {
  let position = 0;
  const children: ElementContent[] = [];
  for (const { text: paragraph, gap } of splitParagraphs(text)) {
    const start = position;
    if (paragraph !== '') {
      const content = colour(paragraph, (t) => stepOf(start + t), neutral, peak - start);
      const verse = keepLines || isVerse(paragraph);
      const dataStart = from === undefined ? undefined : from + start;
      children.push(h('p', { dir: 'auto', class: verse ? 'verse' : undefined, dataStart }, content));
    }
    if (gap !== '') children.push({ type: 'text', value: gap });
    position += [...paragraph].length + gap.length;
  }
  return serialised(children);
}
