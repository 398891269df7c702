// Lines that lie under one another on one axis, each in a lane of its own: their scales, and paths of few bytes.
import { extent } from 'd3-array';

type Values = readonly (number | null)[];

/** What values reach, nulls left out, widened where that is less than `least`. */
export function laneRange(values: Values, least: number): [low: number, high: number] {
  const [low = 0, high = 0] = extent(values.filter((value) => value !== null));
  const missing = Math.max(0, least - (high - low)) / 2;
  return [low - missing, high + missing];
}

const tenths = (value: number): number => Number(value.toFixed(1));

/**
 * A line through points a fixed step apart, each relative to the one before: heights in whole units of the drawing, steps
 * in tenths. It breaks off where there is no value.
 * @param at the height of each point
 */
export function stepLine(at: Values, left: number, step: number): string {
  const x = (index: number): number => tenths(left + index * step);
  let path = '';
  let before: number | null = null;
  at.forEach((height, index) => {
    const y = height === null ? null : Math.round(height);
    if (y !== null)
      path += before === null ? `M${x(index)},${y}l0,0` : ` ${tenths(x(index) - x(index - 1))},${y - before}`;
    before = y;
  });
  return path;
}

/**
 * The areas between two such lines, both of which are there or not.
 * @param kept whether a point is drawn; the ends of each area always are
 */
export function stepBand(
  high: Values,
  low: Values,
  left: number,
  step: number,
  kept: (index: number) => boolean,
): string {
  const areas: number[][] = [];
  const isThere = (index: number): boolean => (high[index] ?? null) !== null && (low[index] ?? null) !== null;
  for (let index = 0; index < high.length; index++) {
    if (!isThere(index)) continue;
    if (!isThere(index - 1)) areas.push([index]);
    else if (!isThere(index + 1) || kept(index)) areas.at(-1)!.push(index);
  }
  const points = (side: Values, indices: readonly number[]): string[] =>
    indices.map((index) => `${tenths(left + index * step)},${Math.round(side[index]!)}`);
  return areas.map((area) => `M${[...points(high, area), ...points(low, area.toReversed())].join(' ')}z`).join('');
}
