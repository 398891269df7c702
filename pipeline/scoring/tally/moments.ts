// Sums of a signal's judging values, of labels, and of their squares and products: all that a linear correlation or a
// difference of means needs. They are made of the values of a choice once it is made, for few of all pairs of a signal and a
// label are chosen. A sum of floating-point numbers depends on their order: within a segment of the text it is the text's, and
// the segments' own sums are added in theirs.
import { ALIGNMENTS, type Alignment } from '../../base/signals.ts';
import type { Sums } from '../../statistics/association.ts';
import { markedPositions } from '../../statistics/ranks.ts';
import { type LabelIndex, type Labels, labelOf, labelOffset, slotOf } from '../plan/labels.ts';
import type { JudgedSegments } from '../plan/segments.ts';

/** A label under one alignment, ready to be multiplied with one signal after the other. */
interface SummedLabel {
  readonly y: number;
  readonly yy: number;
  /** Σxy of the values [rows] of a signal. */
  products(values: Float32Array): number;
}

/** Makes the sums of signals with labels. */
export interface Moments {
  /** @param values of one signal at the judging rows */
  of(values: Float32Array): (label: LabelIndex, alignment: Alignment) => Sums;
}

/**
 * @param positions of the judging rows in the text, rising
 * @param segments that they belong to
 * @param labels real ones as they are
 */
export function createMoments(positions: Int32Array, segments: JudgedSegments, labels: Labels): Moments {
  const rows = positions.length;
  const ends = endsOf(segments, rows);
  const ones = new Float32Array(rows).fill(1);
  /** What each row is paired with, for each label of a kind under each alignment. */
  const paired = (kind: LabelIndex['kind']) =>
    ALIGNMENTS.flatMap((alignment) =>
      labels[kind].map((_, k) => {
        const label = labelOf(labels, kind, k);
        return Float32Array.from(positions, (position) => label(position + labelOffset(alignment)));
      }),
    );
  const summed = {
    binary: paired('binary').map((label) => markedLabel(markedPositions(label), ends)),
    real: paired('real').map((label) => realLabel(label, ends)),
  };
  return {
    of(values) {
      const x = productSum(values, ones, ends);
      const xx = productSum(values, values, ends);
      return ({ kind, index }, alignment) => {
        const { y, yy, products } = summed[kind][slotOf(alignment, index, labels[kind].length)]!;
        return { n: rows, x, xx, y, yy, xy: products(values) };
      };
    },
  };
}

/** The row after the last of each segment, rising. */
function endsOf({ ofRow }: JudgedSegments, rows: number): number[] {
  return Array.from({ length: rows }, (_, row) => row + 1).filter((end) => ofRow[end] !== ofRow[end - 1]);
}

/** Σxy over the rows, the segments' own sums added up. */
function productSum(x: Float32Array, y: Float32Array, ends: readonly number[]): number {
  let [total, row] = [0, 0];
  for (const end of ends) {
    let sum = 0;
    for (; row < end; row++) sum += x[row]! * y[row]!;
    total += sum;
  }
  return total;
}

/** Σx over some of the rows. @param ends of the segments, among these rows */
function pickedSum(x: Float32Array, rows: Int32Array, ends: readonly number[]): number {
  let [total, index] = [0, 0];
  for (const end of ends) {
    let sum = 0;
    for (; index < end; index++) sum += x[rows[index]!]!;
    total += sum;
  }
  return total;
}

/** @param marked rows with the label, rising */
function markedLabel(marked: Int32Array, ends: readonly number[]): SummedLabel {
  const endsOfMarked = ends.map((end) => marked.filter((row) => row < end).length);
  return {
    y: marked.length,
    yy: marked.length,
    products: (values) => pickedSum(values, marked, endsOfMarked),
  };
}

function realLabel(label: Float32Array, ends: readonly number[]): SummedLabel {
  let [y, yy] = [0, 0];
  for (const value of label) {
    y += value;
    yy += value * value;
  }
  return { y, yy, products: (values) => productSum(values, label, ends) };
}
