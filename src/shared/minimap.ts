// A cell's output over a whole book as two areas, drawn at build and again by the browser for another cell. One unit
// from left to right is a page, so that what lies over a page is of that page; up and down is h, in [-1, 1].
import type { Span } from '../../pipeline/base/positions.ts';
import type { BookPage } from './book-pages.ts';

/** Stretches that the picture has, about. */
const STRETCHES = 240;
const MIDDLE = 127.5;

/** For each stretch the means of the output's positive and of its negative part, both in [0, 1]. */
export interface Profile {
  readonly above: readonly number[];
  readonly below: readonly number[];
  /** Stretches of a page. */
  readonly perPage: number;
}

/** @param bytes h over the text, one byte a character over [-1, 1] */
export function profileOf(bytes: Uint8Array, pages: readonly Span[]): Profile {
  const perPage = Math.max(1, Math.round(STRETCHES / pages.length));
  const above: number[] = [];
  const below: number[] = [];
  for (const { start, end } of pages) {
    const edge = (k: number): number => start + Math.floor(((end - start) * k) / perPage);
    for (let k = 0; k < perPage; k++) {
      const stretch = bytes.subarray(edge(k), edge(k + 1));
      let [up, down] = [0, 0];
      for (const byte of stretch) {
        if (byte > MIDDLE) up += byte - MIDDLE;
        else down += MIDDLE - byte;
      }
      const whole = Math.max(1, stretch.length) * MIDDLE;
      above.push(up / whole);
      below.push(down / whole);
    }
  }
  return { above, below, perPage };
}

/** The outline of an area between zero and the values, a step a stretch. @param side -1 upwards, 1 downwards */
export function areaPath(values: readonly number[], perPage: number, side: 1 | -1): string {
  const width = 1 / perPage;
  const steps = values.map((value) => `V${+(side * value).toFixed(3)}h${+width.toFixed(4)}`);
  return `M0 0${steps.join('')}V0z`;
}

/** Where the held-out stretches lie, from left to right. */
export function heldMarks(pages: readonly BookPage[]): { x: number; width: number }[] {
  return pages.flatMap((page, index) =>
    page.sections
      .filter(({ held }) => held)
      .map(({ start, end }) => {
        const share = (position: number): number => (position - page.start) / (page.end - page.start);
        return { x: index + share(start), width: share(end) - share(start) };
      }),
  );
}
