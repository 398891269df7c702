// Colours plain text by the CSS Custom Highlight API, which adds no elements; where that is lacking, by spans.
import { colourRuns } from '../lib/runs.ts';
import { STEPS } from '../lib/scale.ts';
import { canHighlight, rangesOf, spansOf, stepName } from './marks.ts';

/** Collects what is to be coloured in which step, and then shows all of it at once. */
export class Painting {
  readonly #neutral: number;
  readonly #ranges: StaticRange[][] = Array.from({ length: STEPS }, () => []);

  /** @param neutral the step that needs no mark */
  constructor(neutral: number) {
    this.#neutral = neutral;
  }

  /**
   * Gives an element this text, and its characters their colours.
   * @param stepOf the step of the code point at a position of the text
   */
  add(element: Element, text: string, stepOf: (position: number) => number): void {
    const runs = colourRuns(text, stepOf);
    if (!canHighlight) {
      element.replaceChildren(...spansOf(runs, this.#neutral));
      return;
    }
    element.textContent = text;
    const node = element.firstChild;
    if (node === null) return;
    for (const { step, range } of rangesOf(runs, node, this.#neutral)) this.#ranges[step]!.push(range);
  }

  /** Replaces the colours that were there before. */
  show(): void {
    if (!canHighlight) return;
    for (const [step, ranges] of this.#ranges.entries()) CSS.highlights.set(stepName(step), new Highlight(...ranges));
  }
}
