// A short piece of text that is painted again and again: by the CSS Custom Highlight API, or by spans where that is
// lacking. What is out of sight is not painted until it comes into sight: each mark costs the browser time in every frame.
import { STEPS } from '../../shared/scale.ts';
import { colourRuns, type Run } from '../../shared/text.ts';
import { canHighlight, elementsOf, rangesOf, stepName } from '../common/paint.ts';

/** The step of a character that the network cannot read. */
export const UNKNOWN = STEPS;
/** Added to the step of a character that differs from what it is compared with, which is underlined besides. */
export const DIFFERS = 2 * STEPS;

/** The marks of a step: its colour, unless it is neutral, and whether it differs. */
function marksOf(step: number, neutral: number): string[] {
  const colour = step % DIFFERS;
  const name = colour === UNKNOWN ? 'unknown' : stepName(colour);
  return [...(colour === neutral ? [] : [name]), ...(step >= DIFFERS ? ['differs'] : [])];
}

function highlightOf(name: string): Highlight {
  const known = CSS.highlights.get(name) ?? new Highlight();
  CSS.highlights.set(name, known);
  return known;
}

const observed = new Map<Element, PaintedText>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) observed.get(target)?.comeIntoSight(isIntersecting);
  },
  { rootMargin: '100px' },
);
addEventListener('beforeprint', () => {
  for (const painted of observed.values()) painted.paintNow();
});

export class PaintedText {
  readonly element: HTMLElement;
  #text: string;
  #stepOf: (position: number) => number = () => 0;
  #neutral = 0;
  #isInSight = true;
  /** What the element shows: its text, and where the runs end and what they are. */
  #shownText: string;
  #shownRuns = '';
  #ranges: [Highlight, StaticRange][] = [];
  readonly #draw = (): void => {
    if (!this.#isInSight) return;
    const runs = colourRuns(this.#text, this.#stepOf);
    const shown = `${this.#neutral}:${runs.map(({ step, end }) => `${step},${end}`).join(' ')}`;
    if (shown === this.#shownRuns && this.#text === this.#shownText) return;
    this.#clear();
    if (canHighlight) this.#highlight(runs);
    else this.#span(runs);
    this.#shownRuns = shown;
  };

  /** @param text that it shows at once */
  constructor(element: HTMLElement, text = '') {
    this.element = element;
    this.#text = text;
    this.#shownText = text;
    element.textContent = text;
    observed.set(element, this);
    observer.observe(element);
  }

  comeIntoSight(isInSight: boolean): void {
    this.#isInSight = isInSight;
    if (isInSight) soon(this.#draw);
    else this.#clear();
  }

  /** On paper everything is in sight. */
  paintNow(): void {
    this.#isInSight = true;
    this.#draw();
  }

  get text(): string {
    return this.#text;
  }

  /** Shows another text at once, without marks until it is painted. */
  set text(text: string) {
    if (text === this.#text) return;
    this.#clear();
    this.#text = text;
    this.#shownText = text;
    this.element.textContent = text;
  }

  /**
   * Paints it in one of the next frames.
   * @param stepOf the step of the code point at a position of this piece, or {@link UNKNOWN}; see also {@link DIFFERS}
   * @param neutral the step that gets no mark
   */
  paint(text: string, stepOf: (position: number) => number, neutral: number): void {
    this.#text = text;
    this.#stepOf = stepOf;
    this.#neutral = neutral;
    soon(this.#draw);
  }

  remove(): void {
    never(this.#draw);
    observer.unobserve(this.element);
    observed.delete(this.element);
    this.#clear();
    this.element.remove();
  }

  #clear(): void {
    for (const [highlight, range] of this.#ranges) highlight.delete(range);
    this.#ranges = [];
    this.#shownRuns = '';
  }

  #highlight(runs: readonly Run[]): void {
    if (this.#text !== this.#shownText) this.element.textContent = this.#text;
    this.#shownText = this.#text;
    for (const { step, range } of rangesOf(runs, this.element.firstChild!, this.#neutral)) {
      for (const name of marksOf(step, this.#neutral)) {
        const highlight = highlightOf(name);
        highlight.add(range);
        this.#ranges.push([highlight, range]);
      }
    }
  }

  #span(runs: readonly Run[]): void {
    const nameOf = (step: number): string => marksOf(step, this.#neutral).join(' ');
    this.element.replaceChildren(...elementsOf(runs, this.#neutral, nameOf));
    this.#shownText = this.#text;
  }
}

/** Milliseconds of work a frame on the page's own thread, so that typing never waits. */
const SLICE = 8;
const waiting = new Set<() => void>();

function work(): void {
  const end = performance.now() + SLICE;
  for (const task of waiting) {
    waiting.delete(task);
    task();
    if (performance.now() >= end) break;
  }
  if (waiting.size > 0) requestAnimationFrame(work);
}

/** Does a task in one of the next frames; once, however often it is asked for until then. */
function soon(task: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(work);
  waiting.add(task);
}

/** No longer to be done. */
function never(task: () => void): void {
  waiting.delete(task);
}
