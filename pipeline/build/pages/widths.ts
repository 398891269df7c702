// Pages draw characters. Where a step is a token, each of its characters is drawn with the value that the network had when it had
// read the whole of it.
import type { Dataset } from '../../datasets/dataset.ts';

/** How many characters each of some steps is drawn as. */
export type Widths = readonly number[];

/** How some steps of a text are drawn. */
export interface Drawn {
  readonly widths: Widths;
  /** Position in the whole text, in characters, of the first character of each. */
  readonly places: Int32Array;
}

/** @returns null where every step is drawn as one character */
export function drawnAt(
  { spans, texts }: Pick<Dataset, 'spans' | 'texts'>,
  positions: ArrayLike<number>,
): Drawn | null {
  if (spans.length === 0) return null;
  const all = texts.map((text) => [...text].length);
  const places = placesOf(all);
  return {
    widths: Array.from(positions, (position) => all[position]!),
    places: Int32Array.from(positions, (position) => places[position]!),
  };
}

/** Position of the first character of each step, and after them the number of all characters. */
export function placesOf(widths: Widths): Int32Array {
  const places = new Int32Array(widths.length + 1);
  widths.forEach((width, k) => {
    places[k + 1] = places[k]! + width;
  });
  return places;
}

/** Rows of one byte a step as rows of one byte a character. @param bytes [rows, steps] */
export function widened(bytes: Uint8Array, widths: Widths | null): Uint8Array {
  if (widths === null) return bytes;
  const places = placesOf(widths);
  const steps = widths.length;
  const characters = places[steps]!;
  const rows = steps === 0 ? 0 : bytes.length / steps;
  const out = new Uint8Array(rows * characters);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < steps; k++) {
      out.fill(bytes[row * steps + k]!, row * characters + places[k]!, row * characters + places[k + 1]!);
    }
  }
  return out;
}
