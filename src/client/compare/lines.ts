// Draws an excerpt line by line, with a coloured trace a cell beneath each line.
import type { Characters } from '../../../pipeline/base/positions.ts';
import { neutralStep, stepOfByte } from '../../shared/scale.ts';
import { lineText, wrapLines } from '../../shared/text.ts';
import { cellNumber } from '../../shared/words.ts';
import { Painting } from '../common/paint.ts';

export interface ComparedLines {
  readonly characters: Characters;
  readonly cells: readonly string[];
  /** For each cell h over the excerpt, a byte a character. */
  readonly traces: readonly Uint8Array[];
}

/** As many characters as fit in a line of the serif, which are half as wide as they are high, or a little more. */
function lineWidth(lines: HTMLElement): number {
  const { fontSize } = getComputedStyle(lines);
  const gutter = Number.parseFloat(getComputedStyle(lines).getPropertyValue('--gutter')) * 16;
  const fitting = (lines.clientWidth - gutter) / (0.53 * Number.parseFloat(fontSize));
  return Math.max(16, Math.min(78, Math.floor(fitting)));
}

function part(tag: string, className: string, words = ''): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = words;
  return element;
}

/** @param lines the element whose content they become */
export function drawLines(lines: HTMLElement, { characters, cells, traces }: ComparedLines): void {
  const painting = new Painting(neutralStep('h'));
  const drawn = wrapLines(characters, lineWidth(lines)).map((span) => {
    const text = lineText(characters, span);
    const line = part('div', 'line');
    const spoken = part('p', 'spoken', text);
    spoken.dataset.start = String(span.start);
    line.append(spoken);
    for (const [index, trace] of traces.entries()) {
      const colours = part('span', 'trace');
      painting.add(colours, text, (t) => stepOfByte(trace[span.start + t]!));
      for (const element of [part('span', 'who', cellNumber(cells[index]!)), colours]) {
        element.ariaHidden = 'true';
        line.append(element);
      }
    }
    return line;
  });
  lines.replaceChildren(...drawn);
  painting.show();
}
