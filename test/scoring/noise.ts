// Signals that know nothing of any text, but remember themselves: for ten characters or for a thousand.
import { normal, type Random } from '../../pipeline/base/random.ts';

/** A process of unit variance, or within [-1, 1], at some positions of a text, [positions]. */
export type Noise = (positions: Int32Array, random: Random) => Float32Array;

/** Of unit variance and mean zero; for sums of many it is as good as normal, and several times as fast. */
const deviate = (random: Random): number => Math.sqrt(12) * (random.uniform() - 0.5);

/** Calls `step` for every position with the number of characters since the one before. */
function along(positions: Int32Array, step: (gap: number) => number): Float32Array {
  const values = new Float32Array(positions.length);
  for (let row = 0; row < values.length; row++) values[row] = step(positions[row]! - (positions[row - 1] ?? -1));
  return values;
}

/** An autoregression of order one whose correlation falls to 1/e over `memory` characters. */
export function autoregression(memory: number): Noise {
  const keep = Math.exp(-1 / memory);
  const fresh = Math.sqrt(1 - keep ** 2);
  return (positions, random) => {
    let value = normal(random);
    return along(positions, (gap) => {
      if (gap === 1) value = keep * value + fresh * deviate(random);
      else value = keep ** gap * value + Math.sqrt(1 - keep ** (2 * gap)) * normal(random);
      return value;
    });
  };
}

/** White noise averaged over the last `width` characters; nothing is left of it after so many. */
export function movingAverage(width: number): Noise {
  return (positions, random) => {
    const latest = new Float64Array(width);
    let [sum, next] = [0, 0];
    return along(positions, (gap) => {
      for (let step = Math.min(gap, width); step > 0; step--) {
        const value = deviate(random) / Math.sqrt(width);
        sum += value - latest[next]!;
        latest[next] = value;
        next = (next + 1) % width;
      }
      return sum;
    });
  };
}

/** A random walk between two walls, which it needs about `memory` characters to cross. */
export function reflectedWalk(memory: number): Noise {
  return (positions, random) => {
    let place = 2 * random.uniform();
    return along(positions, (gap) => {
      place += (gap === 1 ? deviate(random) : Math.sqrt(gap) * normal(random)) / Math.sqrt(memory);
      place = ((place % 4) + 4) % 4; // 2 to 4 is the way back
      return Math.min(place, 4 - place) - 1;
    });
  };
}
