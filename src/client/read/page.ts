// Draws a page of the reader: paragraphs in the colours of a cell, and where an excerpt is asked for, that one marked.
import type { Signal } from '../../../pipeline/base/signals.ts';
import { neutralStep, stepOfByte } from '../../shared/scale.ts';
import { isVerse, splitParagraphs } from '../../shared/text.ts';
import { Painting } from '../common/paint.ts';
import type { Source } from '../common/source.ts';
import type { Shown } from './values.ts';

/** An excerpt, and where another signal than the output is asked for its values, which the book has not. */
export interface Marked {
  readonly at: number;
  readonly length: number;
  readonly own: { readonly signal: Signal; readonly bytes: Uint8Array } | null;
}

/**
 * The sections of a page as paragraphs, those held out and those that the text leaps to marked.
 * @param text the element whose content they become
 * @param page the page's index
 * @param marked an excerpt, which may lie on another page
 */
export function drawPage(
  text: Element,
  { characters, pages }: Source,
  { bytes, behind }: Pick<Shown, 'bytes' | 'behind'>,
  page: number,
  marked: Marked | null,
): void {
  const own = marked?.own ?? null;
  const neutral = neutralStep(own?.signal ?? 'h');
  const first = marked?.at ?? 0;
  /** Of the character at a position of the text. Beside the excerpt's own signal the rest of the page stays without colour. */
  const stepAt = (position: number): number => {
    const from = position - behind;
    if (own === null) return from < 0 ? neutral : stepOfByte(bytes[from]!);
    return from < first || from >= first + own.bytes.length ? neutral : stepOfByte(own.bytes[from - first]!);
  };
  const painting = new Painting(neutral);
  const note = (id: string) => document.querySelector<HTMLTemplateElement>(id)!.content.cloneNode(true);
  const sections = pages[page]!.sections.map(({ start, end, held, leaps }) => {
    const section = document.createElement('div');
    section.className = held ? 'text held' : 'text';
    section.dataset.start = String(start);
    section.tabIndex = 0;
    section.role = 'group';
    section.ariaLabel = 'Text; arrow keys read its values';
    let position = start;
    for (const { text: paragraph, gap } of splitParagraphs(characters.slice(start, end).join(''))) {
      if (paragraph !== '') {
        const element = document.createElement('p');
        element.dir = 'auto';
        element.dataset.start = String(position);
        if (isVerse(paragraph)) element.className = 'verse';
        const start = position;
        for (const [part, offset, text] of partsOf(element, [...paragraph], start, marked)) {
          painting.add(part, text, (t) => stepAt(start + offset + t));
        }
        section.append(element);
      }
      section.append(gap);
      position += [...paragraph].length + gap.length;
    }
    if (held) return [note('#held-note'), section];
    return leaps ? [note('#leap-note'), section] : [section];
  });
  text.replaceChildren(...sections.flat());
  painting.show();
}

/** The elements that a paragraph's text goes into, each with its place in it: the paragraph itself, or what of it is marked and what is not. */
function partsOf(
  paragraph: HTMLElement,
  characters: readonly string[],
  start: number,
  marked: Marked | null,
): [HTMLElement, number, string][] {
  const within = (position: number): number => Math.min(characters.length, Math.max(0, position - start));
  const [from, to] = marked === null ? [0, 0] : [within(marked.at), within(marked.at + marked.length)];
  if (from === to) return [[paragraph, 0, characters.join('')]];
  const cuts = [0, from, to, characters.length];
  return cuts.slice(1).flatMap((end, k): [HTMLElement, number, string][] => {
    const begin = cuts[k]!;
    if (begin === end) return [];
    const part = document.createElement(k === 1 ? 'mark' : 'span');
    part.dataset.start = String(start + begin);
    paragraph.append(part);
    return [[part, begin, characters.slice(begin, end).join('')]];
  });
}
