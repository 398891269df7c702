// The signals over a cell's excerpts, out of its file. Runs at build and in the browser.
import { unfoldValues } from '../../pipeline/base/excerpt-values.ts';
import type { Cell } from '../../pipeline/contract/index.ts';

/**
 * @param folded the cell's `values`, unpacked
 * @returns [signals][characters], a byte each over the gallery's domains
 * @throws Error where there are not as many as the cell says
 */
export function unfoldedValues({ signals, characters, excerpts }: Cell, folded: Uint8Array): Uint8Array {
  if (folded.length === signals.length * characters) return unfoldValues(folded, signals, excerpts);
  throw new Error(`there are ${folded.length} values instead of ${signals.length * characters}`);
}
