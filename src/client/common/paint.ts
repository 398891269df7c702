// Colours plain text by the CSS Custom Highlight API, which adds no elements; where that is lacking, by elements.
import { STEPS } from '../../shared/scale.ts';
import { colourRuns, type Run } from '../../shared/text.ts';

/** Whether ranges can be painted. In forced colours a browser paints all of them in the colours of a selection. */
export const canHighlight = 'highlights' in CSS && !matchMedia('(forced-colors: active)').matches;

/** A class for a step's elements, or a name for its highlight. */
type NameOf = (step: number) => string;
export const stepName: NameOf = (step) => `s${step}`;

/** An element a run, as the build makes them. @param neutral the step that gets no mark */
export function elementsOf(runs: readonly Run[], neutral: number, nameOf: NameOf = stepName): HTMLElement[] {
  return runs.map(({ step, text }) => {
    const element = document.createElement('i');
    if (step !== neutral) element.className = nameOf(step);
    element.textContent = text;
    return element;
  });
}

/** The places of the runs that get a mark. @param node the text that the runs spell together */
export function rangesOf(runs: readonly Run[], node: Node, neutral: number): { step: number; range: StaticRange }[] {
  let end = 0;
  return runs.flatMap(({ step, text }) => {
    const start = end;
    end += text.length;
    if (step === neutral) return [];
    const place = { startContainer: node, startOffset: start, endContainer: node, endOffset: end };
    return [{ step, range: new StaticRange(place) }];
  });
}

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
      element.replaceChildren(...elementsOf(runs, this.#neutral));
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
