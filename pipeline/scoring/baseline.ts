// How well a hypothesis is foretold without any memory, and with the simplest one: what a cell must be compared with,
// for many labels are easy.
import { ALIGNMENTS, type Alignment } from '../signals.ts';
import type { Division } from './division.ts';
import type { Hypothesis } from './hypotheses.ts';
import { labelOffset } from './pairs.ts';
import { agreement, type Prediction, prediction } from './prediction.ts';
import { doubledMidranks, markedPositions } from './ranks.ts';

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
  hypotheses: readonly Hypothesis[],
  division: Division,
  marks: ReadonlySet<string> = OPENING_MARKS,
): Baselines[] {
  const counters = HALF_LIVES.map((halfLife) => leakyCounter(characters, halfLife, marks)).flatMap((counter) =>
    ALIGNMENTS.map((alignment) => onBoth(shift(counter, alignment), division, alignment)),
  );
  const ids = numbered(characters);
  return hypotheses.map((hypothesis) => {
    const targets = {
      train: targetsOf(hypothesis, markedPositions(division.train)),
      evaluated: targetsOf(hypothesis, markedPositions(division.evaluated)),
    };
    const of = (alignment: Alignment) => {
      const means = characterMeans(ids, targets.train, division.train, alignment);
      const judged = onBoth(means, division, alignment).evaluated;
      return distance(agreement(judged, hypothesis.kind, targets.evaluated), hypothesis);
    };
    return {
      character: { reading: of('reading'), predicting: of('predicting') },
      counter: bestCounter(counters, hypothesis, targets),
    };
  });
}

interface OnBoth<T> {
  readonly train: T;
  readonly evaluated: T;
}

function onBoth(values: Float64Array, { train, evaluated }: Division, alignment: Alignment): OnBoth<Prediction> {
  const from = labelOffset(alignment);
  return {
    train: prediction(values, markedPositions(train, from)),
    evaluated: prediction(values, markedPositions(evaluated, from)),
  };
}

/** What a prediction is compared with: the label, or its ranks where it is real. */
function targetsOf({ kind, values }: Hypothesis, positions: Int32Array): ArrayLike<number> {
  return kind === 'binary' ? values : doubledMidranks(values, positions);
}

/** Each character's number among the different ones, in the order of their first occurrence. */
function numbered(characters: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(characters, (character) => {
    if (!numbers.has(character)) numbers.set(character, numbers.size);
    return numbers.get(character)!;
  });
}

/** What the character read foretells at each position. @param ids numbers of the characters */
function characterMeans(
  ids: Int32Array,
  targets: ArrayLike<number>,
  train: Uint8Array,
  alignment: Alignment,
): Float64Array {
  const offset = labelOffset(alignment);
  const sums = new Float64Array(ids.length);
  const counts = new Float64Array(ids.length);
  let sum = 0;
  const positions = markedPositions(train, offset);
  for (const t of positions) {
    const read = ids[t - offset]!;
    sums[read]! += targets[t]!;
    counts[read]! += 1;
    sum += targets[t]!;
  }
  const means = new Float64Array(ids.length).fill(sum / positions.length);
  for (let t = offset; t < means.length; t++) {
    const read = ids[t - offset]!;
    if (counts[read]! > 0) means[t] = sums[read]! / counts[read]!;
  }
  return means;
}

function bestCounter(
  counters: readonly OnBoth<Prediction>[],
  hypothesis: Hypothesis,
  targets: OnBoth<ArrayLike<number>>,
): number | null {
  const chance = hypothesis.kind === 'binary' ? 0.5 : 0;
  let best = { distance: -1, direction: 1, counter: counters[0]! };
  for (const counter of counters) {
    const trained = agreement(counter.train, hypothesis.kind, targets.train) - chance;
    if (Math.abs(trained) > best.distance) {
      best = { distance: Math.abs(trained), direction: Math.sign(trained), counter };
    }
  }
  const judged = agreement(best.counter.evaluated, hypothesis.kind, targets.evaluated) - chance;
  return distance(chance + best.direction * judged, hypothesis);
}

/**
 * c ← decay · c + [mark] at each character, [length of the text]. In steps of 1/256, so that there are few different
 * values to rank.
 */
export function leakyCounter(
  characters: readonly string[],
  halfLife: number,
  marks: ReadonlySet<string> = OPENING_MARKS,
): Float64Array {
  const decay = 2 ** (-1 / halfLife);
  let count = 0;
  return Float64Array.from(characters, (character) => {
    count = decay * count + (marks.has(character) ? 1 : 0);
    return Math.round(256 * count) / 256;
  });
}

/** The value that is paired with the label at each position. */
function shift(values: Float64Array, alignment: Alignment): Float64Array {
  return alignment === 'reading' ? values : values.map((_, t) => values[t - 1] ?? 0);
}

function distance(value: number, { kind }: Hypothesis): number | null {
  if (!Number.isFinite(value)) return null;
  return kind === 'binary' ? value : Math.abs(value);
}
