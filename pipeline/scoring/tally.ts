// Counts from which every rank statistic of a signal against a label follows: how many values fall into each bin, how
// many of those bear each binary label, and the sum of the ranks of each real one. A tally's size does not depend on
// how much text went into it, and the tallies of two shards add up to the tally of both, exactly: all sums are of
// integers.
import { InputError } from '../errors.ts';
import type { Alignment } from '../signals.ts';
import { BINS, type BinEdges, sameEdges } from './binEdges.ts';
import { type ShardLabels, slotOf } from './pairs.ts';

/** Real labels that are summed side by side. */
const LANES = 6;

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
  readonly positives: Uint32Array;
  /** [columns, groups of labels, BINS, LANES]: sums of the doubled midranks that they are paired with. */
  readonly rankSums: Float64Array;
  /** [alignments, real]: sums of the squares of all doubled midranks. */
  readonly rankSquares: Float64Array;
}

/** Column-major bins: row r of column k is `bins[k * stride + r]`. The real labels are doubled midranks. */
export interface BinnedShard {
  readonly bins: Uint8Array;
  readonly stride: number;
  readonly labels: ShardLabels;
  /** See {@link interleave}. */
  readonly lanes: Float32Array;
}

/** A shard's real labels as {@link addShard} reads them: [groups of labels, rows, LANES], padded with zeros. */
export function interleave({ reals, rows }: ShardLabels): Float32Array {
  const lanes = new Float32Array(Math.ceil(reals.length / LANES) * rows * LANES);
  reals.forEach((label, slot) => {
    const first = Math.floor(slot / LANES) * rows * LANES + (slot % LANES);
    for (let row = 0; row < rows; row++) lanes[first + row * LANES] = label[row]!;
  });
  return lanes;
}

function groupsOf(real: number): number {
  return Math.ceil((2 * real) / LANES);
}

export function createTally(edges: BinEdges, binary: number, real: number, columns = edges.columns): Tally {
  return {
    edges,
    columns,
    binary,
    real,
    counts: new Uint32Array(columns * BINS),
    positives: new Uint32Array(columns * 2 * binary * BINS),
    rankSums: new Float64Array(columns * groupsOf(real) * BINS * LANES),
    rankSquares: new Float64Array(2 * real),
  };
}

export function clearTally({ counts, positives, rankSums, rankSquares }: Tally): void {
  for (const numbers of [counts, positives, rankSums, rankSquares]) numbers.fill(0);
}

/** The loops are functions over views of their own: one typed array each, whose bounds are known before they begin. */
export function addShard(tally: Tally, { bins, stride, labels, lanes }: BinnedShard): void {
  const { rows, positives } = labels;
  const ends = new Uint32Array(BINS);
  const order = new Uint16Array(rows);
  const histogram = new Uint32Array(BINS); // counted in the cache, then added to the tally from end to end
  const groups = groupsOf(tally.real);
  const lanesOfGroup = Array.from({ length: groups }, (_, g) =>
    lanes.subarray(g * rows * LANES, (g + 1) * rows * LANES),
  );
  for (let column = 0; column < tally.columns; column++) {
    const values = bins.subarray(column * stride, column * stride + rows);
    countBins(values, histogram);
    addHistogram(tally.counts, column * BINS, histogram);
    for (let slot = 0; slot < positives.length; slot++) {
      countRows(values, positives[slot]!, histogram);
      addHistogram(tally.positives, (column * positives.length + slot) * BINS, histogram);
    }
    if (groups > 0) sortRows(values, ends, order);
    for (let group = 0; group < groups; group++) {
      const first = (column * groups + group) * BINS * LANES;
      addLanes(tally.rankSums.subarray(first, first + BINS * LANES), ends, order, lanesOfGroup[group]!);
    }
  }
  labels.reals.forEach((label, slot) => {
    for (let row = 0; row < rows; row++) tally.rankSquares[slot]! += label[row]! ** 2;
  });
}

function countBins(bins: Uint8Array, histogram: Uint32Array): void {
  histogram.fill(0);
  for (let row = 0; row < bins.length; row++) histogram[bins[row]!]! += 1;
}

function countRows(bins: Uint8Array, rows: Uint16Array, histogram: Uint32Array): void {
  histogram.fill(0);
  for (let index = 0; index < rows.length; index++) histogram[bins[rows[index]!]!]! += 1;
}

function addHistogram(sums: Uint32Array, base: number, histogram: Uint32Array): void {
  for (let bin = 0; bin < BINS; bin++) sums[base + bin]! += histogram[bin]!;
}

/** Counting sort: `order` becomes the rows by rising bin, and `ends` where each bin's rows end in it. */
function sortRows(bins: Uint8Array, ends: Uint32Array, order: Uint16Array): void {
  countBins(bins, ends);
  let start = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const count = ends[bin]!;
    ends[bin] = start;
    start += count;
  }
  for (let row = 0; row < bins.length; row++) {
    const bin = bins[row]!;
    const place = ends[bin]!;
    order[place] = row;
    ends[bin] = place + 1;
  }
}

/** Written out lane by lane, so that the six sums of a bin stay in registers. */
function addLanes(sums: Float64Array, ends: Uint32Array, order: Uint16Array, lanes: Float32Array): void {
  let index = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const end = ends[bin]!;
    let [a, b, c, d, e, f] = [0, 0, 0, 0, 0, 0];
    for (; index < end; index++) {
      const from = order[index]! * LANES;
      a += lanes[from]!;
      b += lanes[from + 1]!;
      c += lanes[from + 2]!;
      d += lanes[from + 3]!;
      e += lanes[from + 4]!;
      f += lanes[from + 5]!;
    }
    const to = bin * LANES;
    sums[to]! += a;
    sums[to + 1]! += b;
    sums[to + 2]! += c;
    sums[to + 3]! += d;
    sums[to + 4]! += e;
    sums[to + 5]! += f;
  }
}

/**
 * The tally of everything that went into either.
 *
 * @throws InputError if their bins or their labels differ
 */
export function mergeTallies(a: Tally, b: Tally): Tally {
  if (!sameEdges(a.edges, b.edges) || a.columns !== b.columns || a.binary !== b.binary || a.real !== b.real) {
    throw new InputError(
      'Two tallies with different bin edges, columns or labels cannot be added, for their counts mean different things',
      {},
      'Tally both shards with the edges that were fixed on the training text, and against the same hypotheses.',
    );
  }
  const sum = createTally(a.edges, a.binary, a.real, a.columns);
  for (const part of [a, b]) {
    for (const key of ['counts', 'positives', 'rankSums', 'rankSquares'] as const) {
      const [from, to] = [part[key], sum[key]];
      for (let index = 0; index < to.length; index++) to[index]! += from[index]!;
    }
  }
  return sum;
}

/** How a column's values are distributed over the bins. */
export function countsOf(tally: Tally, column: number): Uint32Array {
  return tally.counts.subarray(column * BINS, (column + 1) * BINS);
}

/** The same of the values that are paired with binary label k. */
export function positivesOf(tally: Tally, column: number, alignment: Alignment, k: number): Uint32Array {
  const start = (column * 2 * tally.binary + slotOf(alignment, k, tally.binary)) * BINS;
  return tally.positives.subarray(start, start + BINS);
}

/** [BINS]: sums of the doubled midranks of real label k. */
export function rankSumsOf(tally: Tally, column: number, alignment: Alignment, k: number): Float64Array {
  const slot = slotOf(alignment, k, tally.real);
  const start = (column * groupsOf(tally.real) + Math.floor(slot / LANES)) * BINS * LANES + (slot % LANES);
  const sums = new Float64Array(BINS);
  for (let bin = 0; bin < BINS; bin++) sums[bin] = tally.rankSums[start + bin * LANES]!;
  return sums;
}
