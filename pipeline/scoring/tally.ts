// Counts from which every rank statistic of a signal against a label follows: how many values fall into each bin, how
// many of those bear each binary label, and the sum of the ranks of each real one. A tally's size does not depend on
// how much text went into it, and the tallies of two shards add up to the tally of both, exactly: all sums are of
// integers.
import { InputError } from '../errors.ts';
import { BINS, type BinEdges, sameEdges } from './binEdges.ts';
import { LANES, type Pairs } from './pairs.ts';

export interface Tally {
  /** The bins of the columns; two tallies with different bins cannot be added. */
  readonly edges: BinEdges;
  readonly columns: number;
  readonly binary: number;
  readonly real: number;
  /** [columns, BINS]: pairs whose value falls into the bin. */
  readonly counts: Uint32Array;
  /** [columns, binary, BINS]: those of them that bear the label. */
  readonly positives: Uint32Array;
  /** [columns, ceil(real / LANES), BINS, LANES]: sums of their labels' doubled midranks. */
  readonly rankSums: Float64Array;
  /** [real]: sums of the squares of all pairs' doubled midranks. */
  readonly rankSquares: Float64Array;
}

/** Column-major bins: row r of column k is `bins[k * stride + r]`. */
export interface BinnedShard {
  readonly bins: Uint8Array;
  readonly stride: number;
}

export function createTally(edges: BinEdges, binary: number, real: number, columns = edges.columns): Tally {
  return {
    edges,
    columns,
    binary,
    real,
    counts: new Uint32Array(columns * BINS),
    positives: new Uint32Array(columns * binary * BINS),
    rankSums: new Float64Array(columns * Math.ceil(real / LANES) * BINS * LANES),
    rankSquares: new Float64Array(real),
  };
}

export function clearTally({ counts, positives, rankSums, rankSquares }: Tally): void {
  for (const numbers of [counts, positives, rankSums, rankSquares]) numbers.fill(0);
}

/** Adds one shard under the alignment of its pairs, whose real labels are doubled midranks. */
export function addShard(tally: Tally, { bins, stride }: BinnedShard, pairs: Pairs): void {
  const groups = Math.ceil(tally.real / LANES);
  const rows = pairs.rows.length;
  for (let column = 0; column < tally.columns; column++) {
    const values = bins.subarray(column * stride, (column + 1) * stride);
    countRows(tally.counts, column * BINS, values, pairs.rows);
    for (let k = 0; k < tally.binary; k++) {
      countRows(tally.positives, (column * tally.binary + k) * BINS, values, pairs.positives[k]!);
    }
    for (let group = 0; group < groups; group++) {
      const sums = (column * groups + group) * BINS * LANES;
      addLanes(tally.rankSums, sums, values, pairs.rows, pairs.lanes, group * rows * LANES);
    }
  }
  for (let k = 0; k < tally.real; k++) {
    let index = Math.floor(k / LANES) * rows * LANES + (k % LANES);
    for (let row = 0; row < rows; row++, index += LANES) tally.rankSquares[k]! += pairs.lanes[index]! ** 2;
  }
}

function countRows(counts: Uint32Array, base: number, values: Uint8Array, rows: Uint16Array): void {
  for (let index = 0; index < rows.length; index++) counts[base + values[rows[index]!]!]! += 1;
}

/** Written out lane by lane: a loop over the lanes takes more than twice as long. */
function addLanes(
  sums: Float64Array,
  base: number,
  values: Uint8Array,
  rows: Uint16Array,
  lanes: Float32Array,
  first: number,
): void {
  let from = first;
  for (let index = 0; index < rows.length; index++, from += LANES) {
    const to = base + values[rows[index]!]! * LANES;
    sums[to]! += lanes[from]!;
    sums[to + 1]! += lanes[from + 1]!;
    sums[to + 2]! += lanes[from + 2]!;
    sums[to + 3]! += lanes[from + 3]!;
    sums[to + 4]! += lanes[from + 4]!;
    sums[to + 5]! += lanes[from + 5]!;
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

/** The same of the values that bear binary label k. */
export function positivesOf(tally: Tally, column: number, k: number): Uint32Array {
  const start = (column * tally.binary + k) * BINS;
  return tally.positives.subarray(start, start + BINS);
}

/** [BINS]: sums of the doubled midranks of real label k. */
export function rankSumsOf(tally: Tally, column: number, k: number): Float64Array {
  const groups = Math.ceil(tally.real / LANES);
  const start = (column * groups + Math.floor(k / LANES)) * BINS * LANES + (k % LANES);
  return Float64Array.from({ length: BINS }, (_, bin) => tally.rankSums[start + bin * LANES]!);
}
