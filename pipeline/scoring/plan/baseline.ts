// How well a label is predicted without any memory, and with the simplest one: what a cell must be compared with, for many
// labels are easy.
import { ALIGNMENTS, type Alignment } from '../../base/signals.ts';
import { auroc, spearman } from '../../statistics/association.ts';
import { doubledMidranks, markedPositions } from '../../statistics/ranks.ts';
import type { Division } from './division.ts';
import { type Label, labelOffset } from './labels.ts';

/** Numbers along a text, each known by the bin of its value. */
export interface Prediction {
  /** [length of the text]: one of a few whole numbers from 0 for what is read at each position. */
  readonly codes: Int32Array;
  /** The bin of each code; the bins rise with what is predicted. */
  readonly bins: Int32Array;
  /** What is read so many characters before one predicts that one's label. */
  readonly ahead: number;
}

/**
 * AUROC for a binary label, Spearman's ρ for a real one; NaN where it is not defined.
 * @param positions of the labels, none before `ahead`
 * @param targets [length of the text]: 0 or 1, or the real label's doubled midranks
 */
export function agreement(
  { codes, bins, ahead }: Prediction,
  kind: 'binary' | 'real',
  positions: Int32Array,
  targets: ArrayLike<number>,
): number {
  const counts = new Float64Array(bins.length);
  const sums = new Float64Array(bins.length);
  let squares = 0;
  for (let index = 0; index < positions.length; index++) {
    const position = positions[index]!;
    const bin = bins[codes[position - ahead]!]!;
    const target = targets[position]!;
    counts[bin]! += 1;
    sums[bin]! += target;
    squares += target * target;
  }
  return kind === 'binary' ? auroc(sums, counts) : spearman(counts, sums, squares);
}

/** A hypothesis for which the current character alone reaches this needs no memory. */
export const NEEDS_NO_MEMORY = 0.9;

/** Characters after which a counter has forgotten half: what is tried on the training text. */
export const HALF_LIVES = [3, 10, 30, 100, 300];

/** Marks that open a quotation or a bracket. */
export const OPENING_MARKS: ReadonlySet<string> = new Set(['‘', '“', '«', '‹', '„', '‚', '(', '[', '{']);

/** AUROC, or |Spearman|, on the judging text; null where it is not defined. */
export interface Baselines {
  /** The best function of the character read. */
  readonly character: Readonly<Record<Alignment, number | null>>;
  /** The leaky counter. */
  readonly counter: number | null;
}

/**
 * Both baselines of every hypothesis. Everything in them is chosen on the training text:
 *
 * - for each character, the label's mean (of a real label, the mean rank) where it was read; a character that the
 *   training text lacks gets the mean of all. Under `predicting` the character read is the one before the label's.
 * - the decay, the alignment and the direction of a leaky counter of opening marks, c ← decay · c + [mark].
 */
export function baselines(
  characters: readonly string[],
  hypotheses: readonly Label[],
  division: Division,
  marks: ReadonlySet<string> = OPENING_MARKS,
): Baselines[] {
  const masks: OnBoth<Uint8Array> = division;
  const positions = ofAlignments((alignment) => onBoth((text) => markedPositions(masks[text], labelOffset(alignment))));
  const ids = numbered(characters);
  const counters = HALF_LIVES.map((halfLife) => leakyCounter(characters, halfLife, marks)).flatMap((values) => {
    const counter = inSteps(values);
    return ALIGNMENTS.map((alignment) => ({ alignment, prediction: { ...counter, ahead: labelOffset(alignment) } }));
  });
  return hypotheses.map((hypothesis) => {
    const { kind, values } = hypothesis;
    const targets = onBoth((text) => (kind === 'binary' ? values : doubledMidranks(values, positions.reading[text])));
    const agree = (prediction: Prediction, alignment: Alignment, text: keyof OnBoth<unknown>) =>
      agreement(prediction, kind, positions[alignment][text], targets[text]);
    const byCharacter = (alignment: Alignment) => {
      const means = characterMeans(ids, targets.train, positions[alignment].train, labelOffset(alignment));
      return distance(agree(means, alignment, 'evaluated'), hypothesis);
    };
    const chance = kind === 'binary' ? 0.5 : 0;
    let best = { distance: -1, direction: 1, ...counters[0]! };
    for (const counter of counters) {
      const trained = agree(counter.prediction, counter.alignment, 'train') - chance;
      if (Math.abs(trained) > best.distance) {
        best = { distance: Math.abs(trained), direction: Math.sign(trained), ...counter };
      }
    }
    const judged = agree(best.prediction, best.alignment, 'evaluated') - chance;
    return {
      character: ofAlignments(byCharacter),
      counter: distance(chance + best.direction * judged, hypothesis),
    };
  });
}

interface OnBoth<T> {
  readonly train: T;
  readonly evaluated: T;
}

const onBoth = <T>(of: (text: keyof OnBoth<T>) => T): OnBoth<T> => ({ train: of('train'), evaluated: of('evaluated') });

const ofAlignments = <T>(of: (alignment: Alignment) => T): Readonly<Record<Alignment, T>> => ({
  reading: of('reading'),
  predicting: of('predicting'),
});

/** Each character's number among the different ones, in the order of their first occurrence. */
function numbered(characters: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(characters, (character) => {
    if (!numbers.has(character)) numbers.set(character, numbers.size);
    return numbers.get(character)!;
  });
}

/**
 * What each character read predicts: the mean of the labels that followed it `ahead` characters on.
 * @param ids numbers of the characters
 * @param positions of the labels that train
 */
function characterMeans(ids: Int32Array, targets: ArrayLike<number>, positions: Int32Array, ahead: number): Prediction {
  const size = ids.reduce((most, id) => Math.max(most, id + 1), 0);
  const sums = new Float64Array(size);
  const counts = new Float64Array(size);
  let sum = 0;
  for (const t of positions) {
    const read = ids[t - ahead]!;
    sums[read]! += targets[t]!;
    counts[read]! += 1;
    sum += targets[t]!;
  }
  const means = sums.map((ofId, id) => (counts[id]! > 0 ? ofId / counts[id]! : sum / positions.length));
  const rising = [...new Set(means)].sort((a, b) => a - b);
  return { codes: ids, bins: Int32Array.from(means, (mean) => rising.indexOf(mean)), ahead };
}

/** A counter's values as numbers of steps. */
function inSteps(counter: Float64Array): Pick<Prediction, 'codes' | 'bins'> {
  const codes = Int32Array.from(counter, (count) => count * STEPS);
  const most = codes.reduce((largest, code) => Math.max(largest, code), 0);
  return { codes, bins: Int32Array.from({ length: most + 1 }, (_, step) => step) };
}

/** Of a counter's unit. */
const STEPS = 256;

/** c ← decay · c + [mark] at each character, [length of the text]. In steps, so that there are few different values. */
export function leakyCounter(
  characters: readonly string[],
  halfLife: number,
  marks: ReadonlySet<string> = OPENING_MARKS,
): Float64Array {
  const decay = 2 ** (-1 / halfLife);
  let count = 0;
  return Float64Array.from(characters, (character) => {
    count = decay * count + (marks.has(character) ? 1 : 0);
    return Math.round(STEPS * count) / STEPS;
  });
}

function distance(value: number, { kind }: Label): number | null {
  if (!Number.isFinite(value)) return null;
  return kind === 'binary' ? value : Math.abs(value);
}
