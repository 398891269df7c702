// Where a signal is most on or off, shown as it gets there: a passage with the change in its middle says more than one that
// is on from end to end.
import { type Measure, prefixSums, type Window } from './measures.ts';

/** Characters on either side of a change that are compared: a cell may switch for one character, or for a paragraph. */
const SCALES = [1, 4, 16, 48];

/** The middle third of a window, in which the change has to be. */
function middleOf({ start, end }: Window): Window {
  const third = Math.floor((end - start) / 3);
  return { start: start + Math.max(1, third), end: Math.max(start + 2, end - third) };
}

/** How far a signal rises at a place, over all scales that fit into the window on both sides. */
function riseAt(sums: Float64Array, { start, end }: Window, t: number): number {
  let [total, scales] = [0, 0];
  for (const scale of SCALES) {
    const reach = Math.min(scale, t - start, end - t);
    if (reach < 1) continue;
    total += (sums[t + reach]! - 2 * sums[t]! + sums[t - reach]!) / reach;
    scales += 1;
  }
  return scales === 0 ? Number.NEGATIVE_INFINITY : total / scales;
}

/** Where a window's signal rises most, and by how much. */
function onsetOf(sums: Float64Array, window: Window): { readonly at: number; readonly rise: number } {
  const middle = middleOf(window);
  let best = { at: middle.start, rise: Number.NEGATIVE_INFINITY };
  for (let at = middle.start; at < Math.min(middle.end, window.end); at++) {
    const rise = riseAt(sums, window, at);
    if (rise > best.rise) best = { at, rise };
  }
  return best;
}

/** Where the signal is highest from its onset on; the first such place. */
function highestFrom(signal: ArrayLike<number>, from: number, end: number): number {
  let highest = from;
  for (let t = from + 1; t < end; t++) if (signal[t]! > signal[highest]!) highest = t;
  return highest;
}

/** Larger for a window in whose middle the signal rises, and that then comes near to the signal's highest values. */
export function switchOf(signal: ArrayLike<number>): Measure {
  const sums = prefixSums(signal);
  return (window) => {
    const { at, rise } = onsetOf(sums, window);
    return rise + signal[highestFrom(signal, at, window.end)]!;
  };
}

/** Where the signal is highest after it rises in a window's middle, from the window's start. */
export function peakOf(signal: ArrayLike<number>, window: Window): number {
  const { at } = onsetOf(prefixSums(signal), window);
  return highestFrom(signal, at, window.end) - window.start;
}
