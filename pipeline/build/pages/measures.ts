// What a window of the held-out sample is chosen by: how far on the signal is there, how well it shows the label, how often
// it is wrong.

/** Characters [start, end) of the held-out sample. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Larger is chosen first. */
export type Measure = (window: Window) => number;

/** Sums of all values before each place, and of all. */
export function prefixSums(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let k = 0; k < values.length; k++) sums[k + 1] = sums[k]! + values[k]!;
  return sums;
}

/** The mean of the signal. */
export function meanOf(signal: ArrayLike<number>): Measure {
  const sums = prefixSums(signal);
  return ({ start, end }) => (sums[end]! - sums[start]!) / (end - start);
}

/** The variance of the signal. */
export function spreadOf(signal: ArrayLike<number>): Measure {
  const sums = prefixSums(signal);
  const squares = prefixSums(Float64Array.from(signal, (value) => value * value));
  return ({ start, end }) => {
    const mean = (sums[end]! - sums[start]!) / (end - start);
    return (squares[end]! - squares[start]!) / (end - start) - mean * mean;
  };
}

/** A window shows a label best where it is both on and off, and where the signal follows it. */
export function balance(label: ArrayLike<number>, signal: ArrayLike<number>): Measure {
  const labels = prefixSums(label);
  return ({ start, end }) => {
    const on = labels[end]! - labels[start]!;
    const off = end - start - on;
    if (on === 0 || off === 0) return Number.NEGATIVE_INFINITY;
    let onSum = 0;
    let offSum = 0;
    for (let t = start; t < end; t++) {
      if (label[t]! > 0) onSum += signal[t]!;
      else offSum += signal[t]!;
    }
    const contrast = onSum / on - offSum / off;
    return contrast * Math.sqrt(Math.min(on, off) / (end - start));
  };
}

/** How often in a window it is called on where the label is off, or off where that is on. */
export function mistakesOf(
  kind: 'false-alarm' | 'miss',
  label: ArrayLike<number>,
  predicted: ArrayLike<number>,
): Measure {
  const [labelled, called] = kind === 'miss' ? [1, 0] : [0, 1];
  const sums = new Float64Array(label.length + 1);
  for (let t = 0; t < label.length; t++) {
    const made = Number(label[t]! > 0) === labelled && Number(predicted[t]! > 0) === called;
    sums[t + 1] = sums[t]! + Number(made);
  }
  return ({ start, end }) => sums[end]! - sums[start]!;
}

/** Where most mistakes are; those in the middle, which have something around them to explain them, count twice. */
export function wrongness(count: Measure): Measure {
  return (window) => {
    const quarter = Math.floor((window.end - window.start) / 4);
    return count(window) + count({ start: window.start + quarter, end: window.end - quarter });
  };
}
