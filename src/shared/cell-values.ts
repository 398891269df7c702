// The signals over a cell's excerpts, out of its file. Runs at build and in the browser.
import type { Cell } from '../../pipeline/contract/index.ts';

/** @returns [signals][characters], a byte each over the gallery's domains */
export function valuesOf({ values }: Pick<Cell, 'values'>): Uint8Array {
  return Uint8Array.from(atob(values), (character) => character.charCodeAt(0));
}
