// Lines that lie under one another on one axis, each in a lane of its own: their scales, and paths of few bytes.
import { extent } from 'd3-array';

type Values = readonly (number | null)[];

/** What values reach, nulls left out, widened where that is less than `least`, but never beyond `bounds`. */
export function laneRange(
  values: Values,
  least: number,
  bounds: { readonly low: number; readonly high: number },
): [low: number, high: number] {
  const [low = 0, high = 0] = extent(values.filter((value) => value !== null));
  const missing = Math.max(0, least - (high - low)) / 2;
  return [Math.max(bounds.low, low - missing), Math.min(bounds.high, high + missing)];
}

const tenths = (value: number): number => Number(value.toFixed(1));

/** Heights in whole units of the drawing and places in tenths, each relative to the point before. */
function relativePath(points: readonly { x: number; y: number }[]): string {
  let [x, y] = [0, 0];
  const steps = points.map((point) => {
    const [toX, toY] = [tenths(point.x), Math.round(point.y)];
    const step = `${tenths(toX - x)},${toY - y}`;
    [x, y] = [toX, toY];
    return step;
  });
  return `M${steps[0]}l${steps.slice(1).join(' ') || '0,0'}`;
}

/** The stretches of indices from 0 where something is there. */
function stretchesWhere(isThere: (index: number) => boolean, length: number): number[][] {
  const stretches: number[][] = [];
  for (let index = 0; index < length; index++) {
    if (!isThere(index)) continue;
    if (index > 0 && isThere(index - 1)) stretches.at(-1)!.push(index);
    else stretches.push([index]);
  }
  return stretches;
}

/**
 * A line through points a fixed step apart, which breaks off where there is no value.
 * @param at the height of each point
 */
export function stepLine(at: Values, left: number, step: number): string {
  return stretchesWhere((index) => at[index] !== null, at.length)
    .map((indices) => relativePath(indices.map((index) => ({ x: left + index * step, y: at[index]! }))))
    .join('');
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
  return stretchesWhere((index) => high[index] !== null && low[index] !== null, high.length)
    .map((indices) => {
      const drawn = indices.filter((index, k) => k === 0 || k === indices.length - 1 || kept(index));
      const along = (side: Values) => (index: number) => ({ x: left + index * step, y: side[index]! });
      return `${relativePath([...drawn.map(along(high)), ...drawn.toReversed().map(along(low))])}z`;
    })
    .join('');
}
