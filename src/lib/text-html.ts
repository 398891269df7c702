// Corpus text as a tree of elements, serialised once. Text is data: whatever it spells, it is shown.
import type { Element, ElementContent, Properties } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import { STEPS } from '../shared/scale.ts';
import { colourRuns, isVerse, splitParagraphs } from '../shared/text.ts';

/** A page has thousands of spans, so they are made plainly, and share their properties. */
function element(tagName: string, properties: Properties, children: ElementContent[]): Element {
  return { type: 'element', tagName, properties, children };
}

const STEP_CLASSES: readonly Properties[] = Array.from({ length: STEPS }, (_, step) => ({ className: [`s${step}`] }));

/** Marks the runs of a text whose step is not the neutral one. */
function colour(text: string, stepOf: (position: number) => number, neutral: number): ElementContent[] {
  return colourRuns(text, stepOf).map(({ step, text: value }) =>
    step === neutral ? { type: 'text', value } : element('span', STEP_CLASSES[step]!, [{ type: 'text', value }]),
  );
}

/** A piece of text in one line as HTML, coloured, its spaces and line breaks left to the place where it is put. */
export function lineHtml(text: string, stepOf: (position: number) => number, neutral: number): string {
  return toHtml({ type: 'root', children: colour(text, stepOf, neutral) });
}

/**
 * An excerpt as HTML whose text content is exactly `text`, line breaks included.
 * @param stepOf the step of the code point at a position of `text`
 * @param options.neutral the step that gets no element
 * @param options.keepLines whether every line break of the source is shown, as cells that watch lines need it
 * @param options.from where the excerpt begins in the whole text, if each paragraph is to say where it does
 */
export function textHtml(
  text: string,
  stepOf: (position: number) => number,
  { neutral, keepLines = false, from }: { neutral: number; keepLines?: boolean; from?: number },
): string {
  let position = 0;
  const children: ElementContent[] = [];
  for (const { text: paragraph, gap } of splitParagraphs(text)) {
    const start = position;
    if (paragraph !== '') {
      const content = colour(paragraph, (t) => stepOf(start + t), neutral);
      const verse = keepLines || isVerse(paragraph);
      const dataStart = from === undefined ? undefined : from + start;
      children.push(h('p', { dir: 'auto', class: verse ? 'verse' : undefined, dataStart }, content));
    }
    if (gap !== '') children.push({ type: 'text', value: gap });
    position += [...paragraph].length + gap.length;
  }
  return toHtml(children);
}
