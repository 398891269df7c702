// Which passages of the held-out text a cell's page shows: the lead, where it is most on and most off, some drawn at
// random, and where its best hypothesis is wrong.
import type { ExcerptKind } from '../artifacts/schema.ts';
import type { Random } from '../random.ts';

/** Characters [start, end) of the held-out sample. */
export interface Passage {
  readonly kind: ExcerptKind;
  readonly start: number;
  readonly end: number;
}

/** The held-out sample, in which no passage may cross from one piece of the text to another. */
export interface Sample {
  readonly characters: readonly string[];
  /** Where the pieces begin and end in the sample, in order. */
  readonly pieces: readonly { readonly start: number; readonly end: number }[];
  readonly lengths: PassageLengths;
}

/** About how many characters a passage has. */
export interface PassageLengths {
  readonly lead: number;
  /** All the others of a cell. */
  readonly other: number;
  /** On a hypothesis's page. */
  readonly labelled: number;
}

export const TEXT_LENGTHS: PassageLengths = { lead: 620, other: 260, labelled: 700 };

/** Of a series: a week and half a week, where a period is a day. */
export const seriesLengths = (period: number): PassageLengths => ({
  lead: 7 * period,
  other: 4 * period,
  labelled: 10 * period,
});

const EACH = 3;
const MISTAKEN = 2;

type Windows = readonly { readonly start: number; readonly end: number }[];

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
    const windows: { start: number; end: number }[] = [];
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

function prefixSums(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let k = 0; k < values.length; k++) sums[k + 1] = sums[k]! + values[k]!;
  return sums;
}

/** The best windows by a measure, none overlapping another or one of those taken before. */
function best(
  windows: readonly { start: number; end: number }[],
  measure: (window: { start: number; end: number }) => number,
  count: number,
  taken: readonly { start: number; end: number }[],
): { start: number; end: number }[] {
  const ranked = windows.map((window) => ({ window, value: measure(window) })).sort((a, b) => b.value - a.value);
  const chosen: { start: number; end: number }[] = [];
  for (const { window } of ranked) {
    if (chosen.length === count) break;
    const apart = [...taken, ...chosen].every(({ start, end }) => window.end <= start || window.start >= end);
    if (apart) chosen.push(window);
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
  const sums = prefixSums(signal);
  const mean = ({ start, end }: { start: number; end: number }) => (sums[end]! - sums[start]!) / (end - start);

  const labels = label === undefined ? undefined : prefixSums(label);
  const longer = windowsOf(sample, sample.lengths.lead);
  const lead = best(longer, labels === undefined ? mean : balance(labels, signal, label!), 1, []);
  const exciting = best(windows, mean, EACH, lead);
  const silencing = best(windows, (window) => -mean(window), EACH, [...lead, ...exciting]);
  const used = [...lead, ...exciting, ...silencing];
  const wrong = label === undefined || predicted === undefined ? undefined : disagreement(label, predicted);
  const failing = wrong === undefined ? [] : windows.filter((window) => wrong(window) > 0);
  const mistaken = wrong === undefined ? [] : best(failing, wrong, MISTAKEN, used);
  const drawn = windows.map((window) => ({ window, key: random.uniform() }));
  const keys = new Map(drawn.map(({ window, key }) => [window, key]));
  const atRandom = best(windows, (window) => keys.get(window)!, EACH, [...used, ...mistaken]);

  const of = (kind: ExcerptKind, chosen: readonly { start: number; end: number }[]): Passage[] =>
    chosen.map((window) => ({ kind, ...window }));
  return [
    ...of('lead', lead),
    ...of('exciting', exciting),
    ...of('silencing', silencing),
    ...of('random', atRandom),
    ...of('mistaken', mistaken),
  ];
}

/** A passage shows a label best where it is both on and off, and where the signal follows it. */
function balance(labels: Float64Array, signal: ArrayLike<number>, label: ArrayLike<number>) {
  return ({ start, end }: { start: number; end: number }) => {
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

function disagreement(label: ArrayLike<number>, predicted: ArrayLike<number>) {
  const wrong = prefixSums(Array.from(label, (value, t) => (value > 0 === predicted[t]! > 0 ? 0 : 1)));
  return ({ start, end }: { start: number; end: number }) => wrong[end]! - wrong[start]!;
}
