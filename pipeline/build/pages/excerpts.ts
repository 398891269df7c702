// Which passages of the held-out text a cell's page shows: the lead, where it is most on and most off, and, lest anyone be
// fooled by the top, some from everywhere in between, some drawn at random, and where its best hypothesis is wrong.
import { least } from 'd3-array';
import type { Random } from '../../base/random.ts';
import type { ExcerptKind } from '../../contract/index.ts';
import type { ExcerptLengths } from '../../datasets/dataset.ts';
import { balance, type Measure, meanOf, mistakesOf, spreadOf, type Window, wrongness } from './measures.ts';
import { peakOf, switchOf } from './switch.ts';

export interface Passage extends Window {
  readonly kind: ExcerptKind;
  /** How many of all windows have a lower mean, in hundredths; of a passage that is there for its place among them. */
  readonly percentile?: number;
  /** How many mistakes of its kind are in it, where it is there for them. */
  readonly mistakes?: number;
  /** Where the signal is furthest on or off in a passage that shows it switch, from the passage's start. */
  readonly peak?: number;
}

/** The held-out sample, in which no passage may cross from one piece of the text to another. */
export interface Sample {
  readonly characters: readonly string[];
  /** Where the pieces begin and end in the sample, in order. */
  readonly pieces: readonly { readonly start: number; readonly end: number }[];
  readonly lengths: ExcerptLengths;
}

/** Passages of a kind, and of those that show where the signal is most on and most off. */
const EACH = 2;
const EXTREME = 3;
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
  // A step may be a word with the space before or after it.
  const isBlank = (position: number) => !/\S/u.test(characters[position] ?? ' ');
  const beginsWithSpace = (position: number) => /^\s/u.test(characters[position] ?? ' ');
  const endsWithSpace = (position: number) => /\s$/u.test(characters[position] ?? ' ');
  const isBetweenWords = (position: number) =>
    beginsWithSpace(position) || /\S\s+$/u.test(characters[position - 1] ?? ' ');
  return pieces.flatMap(({ start, end }) => {
    const windows: Window[] = [];
    for (let from = start; from < end; from++) {
      const begins = !isBlank(from) && (from === start || beginsWithSpace(from) || endsWithSpace(from - 1));
      if (!begins || (windows.length > 0 && from < windows.at(-1)!.start + length / 8)) continue;
      let to = Math.min(end, from + length);
      while (to < end && to > from + length / 2 && !isBetweenWords(to)) to--;
      if (to - from >= Math.min(length / 2, end - start)) windows.push({ start: from, end: to });
    }
    return windows;
  });
}

const isApartFrom =
  (taken: Windows) =>
  (window: Window): boolean =>
    taken.every(({ start, end }) => window.end <= start || window.start >= end);

function negated(signal: ArrayLike<number>): Float64Array {
  const out = new Float64Array(signal.length);
  for (let t = 0; t < out.length; t++) out[t] = -signal[t]!;
  return out;
}

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

/**
 * @param random draws the random passages: the same ones for every cell when it starts alike
 * @param tested what the mistakes are counted by, where another signal is shown than the one that was scored
 */
export function choosePassages(sample: Sample, judged: Judged, random: Random, tested = judged): Passage[] {
  const { signal, label } = judged;
  const windows = windowsOf(sample, sample.lengths.other);
  const mean = meanOf(signal);
  const passages: Passage[] = [];
  const add = (kind: ExcerptKind, chosen: readonly Omit<Passage, 'kind'>[]) => {
    for (const window of chosen) passages.push({ kind, ...window });
  };

  const longer = windowsOf(sample, sample.lengths.lead);
  add('lead', best(longer, label === undefined ? spreadOf(signal) : balance(label, signal), 1, []));
  for (const kind of ['exciting', 'silencing'] as const) {
    const towards = kind === 'exciting' ? signal : negated(signal);
    const chosen = best(windows, switchOf(towards), EXTREME, passages);
    add(
      kind,
      chosen.map((window) => ({ ...window, peak: peakOf(towards, window) })),
    );
  }
  const { label: marks, predicted } = tested;
  for (const kind of marks === undefined || predicted === undefined ? [] : (['false-alarm', 'miss'] as const)) {
    const mistakes = mistakesOf(kind, marks!, predicted!);
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
