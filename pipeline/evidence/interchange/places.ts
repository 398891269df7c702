// Where cells are interchanged: places of the held-out text at which a label has been on, or off, for a while and will be.
import { evenlySpaced } from '../../base/lists.ts';
import type { Span } from '../../base/positions.ts';

/** Two positions of steps after which memory is interchanged. */
export interface Pair {
  readonly inside: number;
  readonly outside: number;
}

export interface PlaceOptions {
  /** Steps for which the label has been the same at least, the step itself among them. */
  readonly before: number;
  /** Steps after it for which it stays so at least. */
  readonly after: number;
  /** Pairs at most. */
  readonly most: number;
}

/**
 * @param values of a binary label, at every step of the sequence
 * @param positions that may be looked at, rising; what is before and after a place is among them too
 * @returns evenly spaced places of each kind, the first inside with the first outside and so on; as many as there are of the
 *   kind that is rarer
 */
export function pairPlaces(values: ArrayLike<number>, positions: readonly number[], options: PlaceOptions): Pair[] {
  const { before, after, most } = options;
  const places: Record<'on' | 'off', number[]> = { on: [], off: [] };
  for (const { start, end } of constantStretches(values, positions)) {
    const own = values[start]! > 0 ? places.on : places.off;
    for (let position = start + before - 1; position + after < end; position++) own.push(position);
  }
  const count = Math.min(most, places.on.length, places.off.length);
  const outside = evenlySpaced(places.off, count);
  return evenlySpaced(places.on, count).map((inside, k) => ({ inside, outside: outside[k]! }));
}

/** The longest spans of consecutive positions over which a label does not change. */
function constantStretches(values: ArrayLike<number>, positions: readonly number[]): Span[] {
  const starts = positions.flatMap((position, row) => {
    const before = positions[row - 1];
    const goesOn = before === position - 1 && values[before]! > 0 === values[position]! > 0;
    return goesOn ? [] : [row];
  });
  return starts.map((row, index) => {
    const last = (starts[index + 1] ?? positions.length) - 1;
    return { start: positions[row]!, end: positions[last]! + 1 };
  });
}
