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
function relativePath(points: readonly Point[]): string {
  let [x, y] = [0, 0];
  const steps = points.map((point) => {
    const [toX, toY] = [tenths(point.x), Math.round(point.y)];
    const [dx, dy] = [tenths(toX - x), toY - y];
    const step = `${dx}${dy < 0 ? '' : ','}${dy}`;
    [x, y] = [toX, toY];
    return step;
  });
  return `M${steps[0]}l${steps.slice(1).join(' ') || '0,0'}`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** How far a line may pass above or below a point that it leaves out: what a rounded height is off by, and a little more. */
const LEFT_OUT = 0.75;

/** The ends of a line, and of the points between them those that it does not nearly pass anyway (Ramer, Douglas and Peucker). */
function needed(points: readonly Point[]): readonly Point[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  let [furthest, most] = [0, LEFT_OUT];
  for (const [k, { x, y }] of points.entries()) {
    const passed = first.y + ((last.y - first.y) * (x - first.x)) / Math.max(last.x - first.x, 1e-9);
    const distance = Math.abs(y - passed);
    if (k > 0 && k < points.length - 1 && distance > most) [furthest, most] = [k, distance];
  }
  if (furthest === 0) return points.length === 1 ? [first] : [first, last];
  return [...needed(points.slice(0, furthest + 1)).slice(0, -1), ...needed(points.slice(furthest))];
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
 * A line through points a fixed step apart, or next to them, which breaks off where there is no value.
 * @param at the height of each point
 */
export function stepLine(at: Values, left: number, step: number): string {
  return stretchesWhere((index) => at[index] !== null, at.length)
    .map((indices) => relativePath(needed(indices.map((index) => ({ x: left + index * step, y: at[index]! })))))
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
      const [above, below] = [high, low].map((side) => needed(drawn.map(along(side))));
      return `${relativePath([...above!, ...below!.toReversed()])}z`;
    })
    .join('');
}
