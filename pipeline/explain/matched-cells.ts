// What a cell is compared with: cells of its own layer whose h varies about as much, drawn by lot. A change that they bring
// about as well says nothing of the cell.
import { integerBelow, type Random } from '../random.ts';

/** Cells that are drawn, at most, and how many of the likest they are drawn from. */
export const MATCHED = 20;
const LIKEST = 60;

/**
 * @param variances of h of the layer's cells, [units]
 * @returns units, without `unit` itself; fewer than {@link MATCHED} in a small layer
 */
export function matchedCells(variances: ArrayLike<number>, unit: number, random: Random): number[] {
  const distance = (other: number) => Math.abs(variances[other]! - variances[unit]!);
  const likest = Array.from({ length: variances.length }, (_, other) => other)
    .filter((other) => other !== unit)
    .sort((a, b) => distance(a) - distance(b) || a - b)
    .slice(0, LIKEST);
  const drawn: number[] = [];
  while (drawn.length < MATCHED && likest.length > 0)
    drawn.push(...likest.splice(integerBelow(likest.length, random), 1));
  return drawn.sort((a, b) => a - b);
}
