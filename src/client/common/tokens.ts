// Where the tokens of a text lie, of which the build says how many characters each is drawn as.
import { rangeOf } from './characters.ts';

/** A token: its number in the whole text, and its code points of the text's content. */
interface Token {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** The tokens of an excerpt, in order; none where its steps are characters. */
export function tokensOf({ dataset: { tokens, first } }: HTMLElement): Token[] {
  if (tokens === undefined) return [];
  let end = 0;
  return tokens.split(' ').map((length, k) => {
    const start = end;
    end += Number(length);
    return { number: Number(first) + k, start, end };
  });
}

/** Every other token of some texts, as ranges. */
function everyOther(texts: Iterable<HTMLElement>): Range[] {
  return Array.from(texts).flatMap((text) =>
    tokensOf(text)
      .filter(({ number, start, end }) => number % 2 === 1 && end > start)
      .map(({ start, end }) => {
        const range = rangeOf(text, start);
        const last = rangeOf(text, end - 1);
        range.setEnd(last.endContainer, last.endOffset);
        return range;
      }),
  );
}

/** Shows where tokens end, by a line below every other one, or hides it again. */
export function toggleEdges(button: HTMLButtonElement): void {
  const isShown = button.ariaPressed !== 'true';
  for (const one of document.querySelectorAll<HTMLButtonElement>('[data-edges]')) one.ariaPressed = String(isShown);
  drawEdges();
}

/** Draws them where the texts now are, if they are asked for. */
export function drawEdges(): void {
  const isShown = document.querySelector('[data-edges][aria-pressed=true]') !== null;
  CSS.highlights?.set(
    'edges',
    new Highlight(...(isShown ? everyOther(document.querySelectorAll<HTMLElement>('[data-tokens]')) : [])),
  );
}
