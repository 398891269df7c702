// Colours plain text by the CSS Custom Highlight API, which adds no elements; where that is lacking, by spans.
import { colourRuns } from '../lib/runs.ts';
import { STEPS } from '../lib/scale.ts';

/** In forced colours a browser paints all ranges in the colours of a selection. */
const canHighlight = 'highlights' in CSS && !matchMedia('(forced-colors: active)').matches;

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
      const nodes = runs.map(({ step, text: run }) => {
        const span = document.createElement('span');
        if (step !== this.#neutral) span.className = `s${step}`;
        span.textContent = run;
        return span;
      });
      element.replaceChildren(...nodes);
      return;
    }
    element.textContent = text;
    const node = element.firstChild;
    if (node === null) return;
    let end = 0;
    for (const { step, text: run } of runs) {
      const start = end;
      end += run.length;
      if (step === this.#neutral) continue;
      const place = { startContainer: node, startOffset: start, endContainer: node, endOffset: end };
      this.#ranges[step]!.push(new StaticRange(place));
    }
  }

  /** Replaces the colours that were there before. */
  show(): void {
    if (!canHighlight) return;
    for (const [step, ranges] of this.#ranges.entries()) CSS.highlights.set(`s${step}`, new Highlight(...ranges));
  }
}
