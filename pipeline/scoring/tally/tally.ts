// Counts from which every rank statistic of a signal against a label follows: how many values fall into each bin, how
// many of those bear each binary label, and the sum of the ranks of each real one. A tally's size does not depend on
// how much text went into it, and the tallies of two shards add up to the tally of both, exactly: all sums are of
// integers.
import { InputError } from '../../base/errors.ts';
import type { Alignment } from '../../base/signals.ts';
import { type ShardLabels, slotOf } from '../plan/labels.ts';
import { BINS, type BinEdges, sameEdges } from './bin-edges.ts';
import { addCounts, addRankSums, BinSums, type LabelWords, labelWords } from './label-sums.ts';

export interface Tally {
  /** The bins of the columns; two tallies with different bins cannot be added. */
  readonly edges: BinEdges;
  readonly columns: number;
  /** Numbers of labels. */
  readonly binary: number;
  readonly real: number;
  /** [columns, BINS]: values in the bin. */
  readonly counts: Uint32Array;
  /** [columns, alignments, binary, BINS]: those of them that are paired with the label. */
  readonly positives: Uint32Array | Uint16Array;
  /** [columns, alignments, real, BINS]: sums of the doubled midranks that they are paired with. */
  readonly rankSums: Float64Array | Uint32Array;
  /** [alignments, real]: sums of the squares of all doubled midranks. */
  readonly rankSquares: Float64Array;
}

/** The labels of a shard, ready to be summed by the bins of its rows. The real ones are doubled midranks. */
export interface LoadedLabels {
  readonly words: LabelWords;
  readonly sums: BinSums;
  /** [alignments, real]: sums of squares. */
  readonly rankSquares: Float64Array;
}

/** Column-major bins: row r of column k is `bins[k * stride + r]`. */
export interface BinnedShard {
  readonly bins: Uint8Array;
  readonly stride: number;
  readonly labels: LoadedLabels;
}

/** @param sums whatever it held before is gone */
export function loadLabels(labels: ShardLabels, sums = new BinSums()): LoadedLabels {
  const words = labelWords(labels, sums);
  const rankSquares = Float64Array.from(labels.reals, (label) => label.reduce((sum, rank) => sum + rank * rank, 0));
  return { words, sums, rankSquares };
}

/**
 * Whether no count outgrows 16 bits, and no sum of doubled midranks 32.
 * @param rows that are tallied, all shards' together
 * @param length of the text, among at most as many values of which the midranks are
 */
export const isShort = (rows: number, length: number): boolean => rows < 2 ** 16 && rows * 2 * length < 2 ** 32;

/** @param short see {@link isShort}: it takes half the memory then */
export function createTally(edges: BinEdges, binary: number, real: number, short = false): Tally {
  const { columns } = edges;
  return {
    edges,
    columns,
    binary,
    real,
    counts: new Uint32Array(columns * BINS),
    positives: new (short ? Uint16Array : Uint32Array)(columns * 2 * binary * BINS),
    rankSums: new (short ? Uint32Array : Float64Array)(columns * 2 * real * BINS),
    rankSquares: new Float64Array(2 * real),
  };
}

export function addShard(tally: Tally, { bins, stride, labels }: BinnedShard): void {
  const { words, sums, rankSquares } = labels;
  for (let column = 0; column < tally.columns; column++) {
    for (let first = 0; first < words.rows; first += words.rowsAtMost) {
      const end = Math.min(words.rows, first + words.rowsAtMost);
      addColumn(tally, column, words, sums.sum(bins.subarray(column * stride + first, column * stride + end), first));
    }
  }
  rankSquares.forEach((squares, slot) => {
    tally.rankSquares[slot]! += squares;
  });
}

function addColumn(tally: Tally, column: number, { binary, real }: LabelWords, sums: Uint32Array): void {
  addCounts(tally.counts, column * BINS, sums, binary);
  for (let slot = 0; slot < binary; slot++) {
    addCounts(tally.positives, (column * binary + slot) * BINS, sums, slot);
  }
  for (let slot = 0; slot < real; slot++) {
    addRankSums(tally.rankSums, (column * real + slot) * BINS, sums, binary, slot);
  }
}

/** The numbers that a tally consists of. */
const NUMBERS = ['counts', 'positives', 'rankSums', 'rankSquares'] as const;

/**
 * Adds a tally to another of the same bins and labels.
 * @throws InputError if their bins or their labels differ
 */
export function addTally(to: Tally, from: Tally): void {
  const alike = to.columns === from.columns && to.binary === from.binary && to.real === from.real;
  if (!alike || !sameEdges(to.edges, from.edges)) {
    throw new InputError(
      'Two tallies with different bin edges, columns or labels cannot be added, for their counts mean different things',
      {},
      'Tally both shards with the edges that were fixed on the training text, and against the same hypotheses.',
    );
  }
  for (const key of NUMBERS) {
    const [sums, numbers] = [to[key], from[key]];
    for (let index = 0; index < sums.length; index++) sums[index]! += numbers[index]!;
  }
}

/** How a column's values are distributed over the bins. */
export function countsOf(tally: Tally, column: number): Uint32Array {
  return tally.counts.subarray(column * BINS, (column + 1) * BINS);
}

/** The same of the values that are paired with binary label k. */
export function positivesOf(tally: Tally, column: number, alignment: Alignment, k: number): Tally['positives'] {
  const start = (column * 2 * tally.binary + slotOf(alignment, k, tally.binary)) * BINS;
  return tally.positives.subarray(start, start + BINS);
}

/** [BINS]: sums of the doubled midranks of real label k. */
export function rankSumsOf(tally: Tally, column: number, alignment: Alignment, k: number): Tally['rankSums'] {
  const start = (column * 2 * tally.real + slotOf(alignment, k, tally.real)) * BINS;
  return tally.rankSums.subarray(start, start + BINS);
}
