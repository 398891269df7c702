// A line of the text's end for the best cell of each hypothesis, coloured by that cell.
import { SIGNALS } from '../../../pipeline/base/signals.ts';
import type { Report } from '../../shared/network/protocol.ts';
import { neutralStep, stepOfByte } from '../../shared/scale.ts';
import { PaintedText } from './painted-text.ts';

export class Strips {
  readonly #lines: readonly { line: PaintedText; neutral: number }[];

  /** @param elements a line each, with the letter of its signal as `data-signal`, in the order of the network's strips */
  constructor(elements: Iterable<HTMLElement>) {
    this.#lines = Array.from(elements, (element) => ({
      line: new PaintedText(element),
      neutral: neutralStep(SIGNALS.find((signal) => signal === element.dataset.signal) ?? 'h'),
    }));
  }

  /** @param characters at the last positions of the report */
  show({ strips }: Report, characters: readonly string[]): void {
    const text = characters.map((character) => (character === '\n' ? '↵' : character)).join('');
    this.#lines.forEach(({ line, neutral }, index) => {
      const first = index * characters.length;
      line.paint(text, (t) => stepOfByte(strips[first + t]!), neutral);
    });
  }
}
