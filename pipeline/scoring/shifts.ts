// The null of the time shift: labels turned along the judging text as along a circle. A shifted label keeps its
// spans, their lengths and their distances, and a signal keeps its memory, but what the one has to do with the other
// is gone.
import { integerBelow, type Random } from '../random.ts';

/** Shifts that all cells and all hypotheses have in common. */
export const SHIFTS = 200;

/** Characters at both ends of the circle that no shift is taken from: there a label still overlaps itself. */
export const MARGIN = 1000;

/** The margin for a circle of `length` characters: a tenth of a short one. */
export function marginOf(length: number): number {
  return Math.min(MARGIN, Math.floor(length / 10));
}

/** Different shifts from [margin, length − margin], in rising order; all of them if there are no more than `count`. */
export function drawShifts(length: number, random: Random, count = SHIFTS): Int32Array {
  const margin = Math.max(1, marginOf(length));
  const choices = Int32Array.from({ length: Math.max(0, length - 2 * margin + 1) }, (_, index) => margin + index);
  const drawn = Math.min(count, choices.length);
  for (let index = 0; index < drawn; index++) {
    const other = index + integerBelow(choices.length - index, random);
    [choices[index], choices[other]] = [choices[other]!, choices[index]!];
  }
  return choices.slice(0, drawn).sort();
}
