// Which passages of the held-out text a cell's page shows: the lead, where it is most on and most off, and, lest anyone be
// fooled by the top, some from everywhere in between, some drawn at random, and where its best hypothesis is wrong.
import { least } from 'd3-array';
import type { Random } from '../../base/random.ts';
import type { ExcerptKind } from '../../contract/index.ts';
import type { ExcerptLengths } from '../../datasets/dataset.ts';

export interface Passage extends Window {
  readonly kind: ExcerptKind;
  /** How many of all windows have a lower mean, in hundredths; of a passage that is there for its place among them. */
  readonly percentile?: number;
  /** How many mistakes of its kind are in it, where it is there for them. */
  readonly mistakes?: number;
}

/** The held-out sample, in which no passage may cross from one piece of the text to another. */
export interface Sample {
  readonly characters: readonly string[];
  /** Where the pieces begin and end in the sample, in order. */
  readonly pieces: readonly { readonly start: number; readonly end: number }[];
  readonly lengths: ExcerptLengths;
}

/** Passages of a kind. */
const EACH = 2;
/** Places among all passages by their mean, from the top. */
const PERCENTILES = [90, 75, 50, 25, 10];

type Windows = readonly Window[];

/** A sample's windows are the same for every cell. */
const known = new WeakMap<Sample, Map<number, Windows>>();

/** Windows of about `length` characters that begin at words and end at words, each within a piece. */
export function windowsOf(sample: Sample, length: number): Windows {
  const ofSample = known.get(sample) ?? new Map<number, Windows>();
  known.set(sample, ofSample);
  const windows = ofSample.get(length) ?? cutWindows(sample, length);
  ofSample.set(length, windows);
  return windows;
}

function cutWindows({ characters, pieces }: Sample, length: number): Windows {
  const isSpace = (position: number) => /\s/u.test(characters[position] ?? ' ');
  return pieces.flatMap(({ start, end }) => {
    const windows: Window[] = [];
    for (let from = start; from < end; from++) {
      const begins = !isSpace(from) && (from === start || isSpace(from - 1));
      if (!begins || (windows.length > 0 && from < windows.at(-1)!.start + length / 8)) continue;
      let to = Math.min(end, from + length);
      while (to < end && to > from + length / 2 && !isSpace(to)) to--;
      if (to - from >= Math.min(length / 2, end - start)) windows.push({ start: from, end: to });
    }
    return windows;
  });
}

const isApartFrom =
  (taken: Windows) =>
  (window: Window): boolean =>
    taken.every(({ start, end }) => window.end <= start || window.start >= end);

/** The best windows by a measure, none overlapping another or one of those taken before. */
function best(windows: Windows, measure: Measure, count: number, taken: Windows): Window[] {
  const ranked = windows.map((window) => ({ window, value: measure(window) })).sort((a, b) => b.value - a.value);
  const chosen: Window[] = [];
  for (const { window } of ranked) {
    if (chosen.length === count) break;
    if (isApartFrom([...taken, ...chosen])(window)) chosen.push(window);
  }
  return chosen;
}

/** For each percentile of the windows by a measure the nearest one to it that overlaps none taken before. */
function atPercentiles(windows: Windows, measure: Measure, taken: Windows): (Window & { percentile: number })[] {
  const ranked = windows
    .map((window) => ({ window, value: measure(window) }))
    .sort((a, b) => a.value - b.value)
    .map(({ window }, rank) => ({ window, place: windows.length === 1 ? 50 : (100 * rank) / (windows.length - 1) }));
  const chosen: (Window & { percentile: number })[] = [];
  for (const percentile of PERCENTILES) {
    const isApart = isApartFrom([...taken, ...chosen]);
    const distance = ({ place }: { place: number }) => Math.abs(place - percentile);
    const apart = ranked.filter(({ window }) => isApart(window));
    const nearest = least(apart, distance);
    if (nearest !== undefined) chosen.push({ ...nearest.window, percentile: Math.round(nearest.place) });
  }
  return chosen;
}

export interface Judged {
  /** The shown signal at each character of the sample, larger meaning more on. */
  readonly signal: ArrayLike<number>;
  /** The best hypothesis's label that is paired with it; undefined where there is none, or a real-valued one. */
  readonly label: ArrayLike<number> | undefined;
  /** Whether the training threshold puts the character on; undefined with the label. */
  readonly predicted: ArrayLike<number> | undefined;
}

/** @param random draws the random passages: the same ones for every cell when it starts alike */
export function choosePassages(sample: Sample, judged: Judged, random: Random): Passage[] {
  const { signal, label, predicted } = judged;
  const windows = windowsOf(sample, sample.lengths.other);
  const mean = meanOf(signal);
  const passages: Passage[] = [];
  const add = (kind: ExcerptKind, chosen: readonly Omit<Passage, 'kind'>[]) => {
    for (const window of chosen) passages.push({ kind, ...window });
  };

  const longer = windowsOf(sample, sample.lengths.lead);
  add('lead', best(longer, label === undefined ? mean : balance(label, signal), 1, []));
  add('exciting', best(windows, mean, EACH, passages));
  const off: Measure = (window) => -mean(window);
  add('silencing', best(windows, off, EACH, passages));
  for (const kind of label === undefined || predicted === undefined ? [] : (['false-alarm', 'miss'] as const)) {
    const mistakes = mistakesOf(kind, label!, predicted!);
    const wrong = windows.filter((window) => mistakes(window) > 0);
    const worst = best(wrong, wrongness(mistakes), EACH, passages);
    for (const window of worst) passages.push({ kind, ...window, mistakes: mistakes(window) });
  }
  add('quantile', atPercentiles(windows, mean, passages));
  const keys = new Map(windows.map((window) => [window, random.uniform()]));
  const drawn: Measure = (window) => keys.get(window)!;
  add('random', best(windows, drawn, EACH, passages));
  return passages;
}

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

/** How often in a window it is called on where the label is off, or off where that is on. */
function mistakesOf(kind: 'false-alarm' | 'miss', label: ArrayLike<number>, predicted: ArrayLike<number>): Measure {
  const [labelled, called] = kind === 'miss' ? [1, 0] : [0, 1];
  const made = (on: number, t: number) => Number(on > 0) === labelled && Number(predicted[t]! > 0) === called;
  const sums = prefixSums(Uint8Array.from(label, (on, t) => Number(made(on, t))));
  return ({ start, end }) => sums[end]! - sums[start]!;
}

/** Where most mistakes are; those in the middle, which have something around them to explain them, count twice. */
function wrongness(count: Measure): Measure {
  return (window) => {
    const quarter = Math.floor((window.end - window.start) / 4);
    return count(window) + count({ start: window.start + quarter, end: window.end - quarter });
  };
}
