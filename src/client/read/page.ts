// Draws a page of the reader: paragraphs in the colours of a cell.
import { neutralStep, stepOfByte } from '../../shared/scale.ts';
import { isVerse, splitParagraphs } from '../../shared/text.ts';
import { Painting } from '../common/paint.ts';
import type { Source } from '../common/source.ts';
import type { Shown } from './values.ts';

/**
 * The sections of a page as paragraphs, those held out and those that the text leaps to marked.
 * @param text the element whose content they become
 * @param page the page's index
 */
export function drawPage(
  text: Element,
  { characters, pages }: Source,
  { bytes, behind }: Pick<Shown, 'bytes' | 'behind'>,
  page: number,
): void {
  const neutral = neutralStep('h');
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
      const first = position - behind;
      if (paragraph !== '') {
        const element = document.createElement('p');
        element.dir = 'auto';
        element.dataset.start = String(position);
        if (isVerse(paragraph)) element.className = 'verse';
        painting.add(element, paragraph, (t) => (first + t < 0 ? neutral : stepOfByte(bytes[first + t]!)));
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
