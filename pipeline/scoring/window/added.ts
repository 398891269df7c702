// What the chosen signals of a network's cells add to what the last steps say of each label.
import { ALIGNMENTS, type Alignment } from '../../base/signals.ts';
import { type Added, type Adding, adding, shareOf } from '../../statistics/added.ts';
import { pearson } from '../../statistics/association.ts';
import { doubledMidranks } from '../../statistics/ranks.ts';
import { labelOffset } from '../plan/labels.ts';
import type { Windowed } from './folds.ts';
import type { Window } from './windows.ts';

/**
 * A window gives a label away where it leaves less than `bits` a step of it, and less than `share` of what is left when
 * nothing is known: of so little any cell takes away a large share. A real label's share is one of its variance.
 */
export const GIVEN_AWAY = { bits: 0.1, share: 1 / 3, variance: 0.05 } as const;

/** A signal that promises less than this share on the training sample is not judged: it would not reach any bar. */
export const WORTH_JUDGING = 0.01;

/** What one window leaves of one label under one alignment. */
export interface LeftByWindow {
  readonly hypothesis: string;
  readonly alignment: Alignment;
  /** Of a held-out step: bits, or of a real label the share of its variance. */
  readonly left: number;
  /** The share of that which is left when nothing is known. */
  readonly share: number;
  /** The AUROC of the prediction on the held-out steps, or of a real label |Spearman|; null where it is not defined. */
  readonly value: number | null;
  readonly givenAway: boolean;
}

/** A window of one length, ready to be added to. */
export interface WindowAdding {
  readonly length: number;
  readonly left: readonly LeftByWindow[];
  /** Null of a label that the window gives away. */
  of(hypothesis: string, alignment: Alignment): Adding | null;
}

/**
 * @param windows as they were fitted for these rows, the one of no steps first
 * @param blockOf number of each judging row's block, from 0, rising
 */
export function addingTo(
  windows: readonly Window[],
  { labels, training, judging }: Pick<Windowed, 'labels' | 'training' | 'judging'>,
  blockOf: Int32Array,
): WindowAdding[] {
  const blocks = (blockOf.at(-1) ?? -1) + 1;
  const nothing: number[] = [];
  return windows.map(({ length, predictions }, window) => {
    const addings = new Map<string, Adding | null>();
    const left = labels.flatMap((label, k) =>
      ALIGNMENTS.map((alignment, a): LeftByWindow => {
        const index = k * ALIGNMENTS.length + a;
        const { values } = predictions[index]!;
        const offset = labelOffset(alignment);
        const labelAt = (steps: Int32Array) => Float64Array.from(steps, (step) => label.values[step + offset]!);
        const added = adding({
          kind: label.kind,
          training: { label: labelAt(training), prediction: values.subarray(0, training.length) },
          judging: { label: labelAt(judging), prediction: values.subarray(training.length) },
          block: blockOf,
          blocks,
        });
        if (window === 0) nothing[index] = added.left;
        const share = added.left / nothing[index]!;
        const bits = added.left / 2 / Math.LN2; // a deviance is twice the nats
        const isBinary = label.kind === 'binary';
        const givenAway = isBinary ? bits < GIVEN_AWAY.bits && share < GIVEN_AWAY.share : share < GIVEN_AWAY.variance;
        addings.set(`${label.id} ${alignment}`, givenAway ? null : added);
        const value = agreement(label.kind, labelAt(judging), values.subarray(training.length));
        return { hypothesis: label.id, alignment, left: isBinary ? bits : share, share, value, givenAway };
      }),
    );
    return { length, left, of: (hypothesis, alignment) => addings.get(`${hypothesis} ${alignment}`) ?? null };
  });
}

/** Of numbers with a label, on the same rows. */
function agreement(kind: 'binary' | 'real', label: Float64Array, prediction: Float32Array): number | null {
  const ranks = midranks(prediction);
  const of = kind === 'binary' ? label : midranks(label);
  let [n, x, xx, y, yy, xy] = [label.length, 0, 0, 0, 0, 0];
  ranks.forEach((rank, row) => {
    const other = of[row]!;
    x += rank;
    xx += rank * rank;
    y += other;
    yy += other * other;
    xy += rank * other;
  });
  // The rank sum of the positives, above the least that it can be, over all pairs (Mann and Whitney 1947).
  const value =
    kind === 'binary' ? (xy - (y * (y + 1)) / 2) / (y * (n - y)) : Math.abs(pearson({ n, x, xx, y, yy, xy }));
  return Number.isFinite(value) ? value : null;
}

function midranks(values: ArrayLike<number>): Float64Array {
  const all = Int32Array.from({ length: values.length }, (_, row) => row);
  return Float64Array.from(doubledMidranks(values, all), (doubled) => doubled / 2);
}

/** One signal of a cell, chosen for a hypothesis. */
export interface ChosenSignal {
  readonly cell: string;
  readonly hypothesis: string;
  readonly alignment: Alignment;
  readonly training: Uint8Array;
  readonly judging: Uint8Array;
}

/** What a signal adds, and the share that it promises to on the training sample. */
export interface PromisedAndAdded extends Added {
  readonly promise: number;
}

/** Null of a label that is given away, and of a signal that is not {@link WORTH_JUDGING}. */
export function addedBy(
  { hypothesis, alignment, training, judging }: ChosenSignal,
  window: WindowAdding,
): PromisedAndAdded | null {
  const found = window.of(hypothesis, alignment);
  const promise = found?.estimate(training) ?? 0;
  return promise < WORTH_JUDGING ? null : { promise, ...found!.judge({ training, judging }) };
}

/**
 * How many cells add at least so much to a window, by any of their signals.
 * @param signals of all cells, those of a cell together
 * @param bar the share of the deviance that is left
 */
export function countAdding(signals: Iterable<readonly ChosenSignal[]>, window: WindowAdding, bar: number): number {
  let count = 0;
  for (const ofCell of signals) {
    // The most promising first: most cells that reach the bar do so at once.
    const promising = ofCell
      .map((signal) => ({ signal, found: window.of(signal.hypothesis, signal.alignment) }))
      .map(({ signal, found }) => ({ signal, found, promise: found?.estimate(signal.training) ?? 0 }))
      .filter(({ promise }) => promise >= bar / 2)
      .sort((a, b) => b.promise - a.promise);
    if (promising.some(({ signal, found }) => shareOf(found!.judge(signal)) >= bar)) count += 1;
  }
  return count;
}
