// What the chosen signals of a network's cells add to what the last steps say of each label.
import { ALIGNMENTS, type Alignment } from '../../base/signals.ts';
import { type Added, type Adding, adding, shareOf } from '../../statistics/added.ts';
import { pearson } from '../../statistics/association.ts';
import { centredMidranks, orderRows } from '../../statistics/ordered.ts';
import { ScoreTests } from '../../statistics/score-sums.ts';
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
  const asked = labels.flatMap((label) => ALIGNMENTS.map((alignment) => ({ label, alignment })));
  const valuesOf = asked.map(({ label, alignment }) => {
    const at = (steps: Int32Array) => Float64Array.from(steps, (step) => label.values[step + labelOffset(alignment)]!);
    return { training: at(training), judging: at(judging) };
  });
  const ranksOf = asked.map(({ label }, index) =>
    label.kind === 'binary'
      ? valuesOf[index]!.judging
      : centredMidranks(orderRows(Float32Array.from(valuesOf[index]!.judging))),
  );
  const nothing: number[] = [];
  const tests = new ScoreTests();
  return windows.map(({ length, predictions }, window) => {
    const addings = new Map<string, Adding | null>();
    const left = asked.map(({ label, alignment }, index): LeftByWindow => {
      const { values } = predictions[index]!;
      const known = valuesOf[index]!;
      const judged = values.subarray(training.length);
      const added = adding({
        kind: label.kind,
        training: { label: known.training, prediction: values.subarray(0, training.length) },
        judging: { label: known.judging, prediction: judged },
        block: blockOf,
        blocks,
        tests,
      });
      if (window === 0) nothing[index] = added.left;
      const share = added.left / nothing[index]!;
      const bits = added.left / 2 / Math.LN2; // a deviance is twice the nats
      const isBinary = label.kind === 'binary';
      const givenAway = isBinary ? bits < GIVEN_AWAY.bits && share < GIVEN_AWAY.share : share < GIVEN_AWAY.variance;
      addings.set(`${label.id} ${alignment}`, givenAway ? null : added);
      const value = agreement(label.kind, ranksOf[index]!, judged);
      return { hypothesis: label.id, alignment, left: isBinary ? bits : share, share, value, givenAway };
    });
    return { length, left, of: (hypothesis, alignment) => addings.get(`${hypothesis} ${alignment}`) ?? null };
  });
}

/**
 * Of a prediction with a label: the AUROC, or of a real one |Spearman|; null where it is not defined.
 * @param label of a real one its ranks
 */
function agreement(kind: 'binary' | 'real', label: Float64Array, prediction: Float32Array): number | null {
  const ranks = centredMidranks(orderRows(prediction));
  let [x, xx, y, yy, xy] = [0, 0, 0, 0, 0];
  ranks.forEach((rank, row) => {
    const other = label[row]!;
    x += rank;
    xx += rank * rank;
    y += other;
    yy += other * other;
    xy += rank * other;
  });
  const n = label.length;
  // The rank sum of the positives about its mean, over all pairs (Mann and Whitney 1947); the ranks are doubled.
  const value = kind === 'binary' ? 0.5 + xy / (2 * y * (n - y)) : Math.abs(pearson({ n, x, xx, y, yy, xy }));
  return Number.isFinite(value) ? value : null;
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
  const promise = found?.estimate(training, WORTH_JUDGING) ?? 0;
  return promise < WORTH_JUDGING ? null : { promise, ...found!.judge({ training, judging }) };
}

/**
 * How many cells add at least so much to a window, by any of their signals.
 * @param signals of all cells, those of a cell together
 * @param bar the share of the deviance that is left
 */
export function countAdding(signals: Iterable<readonly ChosenSignal[]>, window: WindowAdding, bar: number): number {
  let count = 0;
  /** Cells that a hypothesis has shown to add enough: it is asked of the next ones first. */
  const shown = new Map<string, number>();
  const often = ({ hypothesis }: ChosenSignal) => shown.get(hypothesis) ?? 0;
  for (const ofCell of signals) {
    const adding = [...ofCell]
      .sort((a, b) => often(b) - often(a))
      .find((signal) => {
        const found = window.of(signal.hypothesis, signal.alignment);
        if (found === null || found.estimate(signal.training, bar) < bar / 2) return false;
        return shareOf(found.judge(signal)) >= bar;
      });
    if (adding === undefined) continue;
    count += 1;
    shown.set(adding.hypothesis, often(adding) + 1);
  }
  return count;
}
