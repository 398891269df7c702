// What a window of the held-out sample is chosen by: how far on the signal is there, how well it shows the label, how often
// it is wrong.

/** Characters [start, end) of the held-out sample. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Larger is chosen first. */
export type Measure = (window: Window) => number;

function prefixSums(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let k = 0; k < values.length; k++) sums[k + 1] = sums[k]! + values[k]!;
  return sums;
}

/** The mean of the signal. */
export function meanOf(signal: ArrayLike<number>): Measure {
  const sums = prefixSums(signal);
  return ({ start, end }) => (sums[end]! - sums[start]!) / (end - start);
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

/** Which of two mistakes: called on where the label is off, or off where it is on. */
export type Mistake = 'false-alarm' | 'miss';

export interface Mistakes {
  readonly kind: Mistake;
  /** [characters]: 1 where it is made. */
  readonly made: Uint8Array;
  /** How often in a window. */
  count(window: Window): number;
}

export function mistakesOf(kind: Mistake, label: ArrayLike<number>, predicted: ArrayLike<number>): Mistakes {
  const [labelled, called] = kind === 'miss' ? [1, 0] : [0, 1];
  const made = Uint8Array.from(label, (on, t) =>
    Number(Number(on > 0) === labelled && Number(predicted[t]! > 0) === called),
  );
  const sums = prefixSums(made);
  return { kind, made, count: ({ start, end }) => sums[end]! - sums[start]! };
}

/** Where most mistakes are; those in the middle, which have something around them to explain them, count twice. */
export function wrongness({ count }: Mistakes): Measure {
  return (window) => {
    const quarter = Math.floor((window.end - window.start) / 4);
    return count(window) + count({ start: window.start + quarter, end: window.end - quarter });
  };
}
