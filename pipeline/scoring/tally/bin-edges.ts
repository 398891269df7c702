// Where a signal's 256 bins begin and end, fixed once for each column from a sample of the training text. A column is
// one signal of one cell.

/** Bins of a column; a bin's number fits a byte. */
export const BINS = 256;

const EDGES = BINS - 1;

/**
 * Three quarters of the edges are quantiles of the sample, so that no bin holds many values; the rest are evenly spaced,
 * so that no bin is wide where the sample happened to have nothing.
 */
const QUANTILES = Math.round(0.75 * EDGES);

export interface BinEdges {
  readonly columns: number;
  /** Smallest and largest value of each column in the sample. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** [columns, BINS]: the lower edges of all bins but the first, rising along a column, and infinity. */
  readonly edges: Float32Array;
}

/** A row-major matrix of which one column is read: entry r is `data[offset + r * stride]`. */
export interface Strided {
  readonly data: Float32Array;
  readonly offset: number;
  readonly stride: number;
}

export function createBinEdges(columns: number): BinEdges {
  return {
    columns,
    low: new Float64Array(columns),
    high: new Float64Array(columns),
    edges: new Float32Array(columns * BINS).fill(Number.POSITIVE_INFINITY),
  };
}

/**
 * Fixes one column's edges. Equal values always share a bin.
 * @param rows the rows of `values` that are the sample, at least one
 */
export function fixColumn(to: BinEdges, column: number, values: Strided, rows: ArrayLike<number>): void {
  const sample = new Float32Array(rows.length);
  for (let index = 0; index < rows.length; index++) {
    sample[index] = values.data[values.offset + rows[index]! * values.stride]!;
  }
  sample.sort();
  const low = sample[0]!;
  const high = sample.at(-1)!;
  to.low[column] = low;
  to.high[column] = high;

  const edges = to.edges.subarray(column * BINS, column * BINS + EDGES);
  for (let index = 0; index < EDGES; index++) {
    edges[index] =
      index < QUANTILES
        ? sample[Math.floor(((index + 1) * sample.length) / (QUANTILES + 1))]!
        : low + ((high - low) * (index - QUANTILES + 1)) / (EDGES - QUANTILES + 1);
  }
  edges.sort();
}

/**
 * The bins of one column's values at `rows`, written to `bins` from `start` on. A value's bin is the number of edges that
 * are not above it.
 * @returns false if any of the values is not finite
 */
export function binColumn(
  { edges }: BinEdges,
  column: number,
  { data, offset, stride }: Strided,
  rows: ArrayLike<number>,
  bins: Uint8Array,
  start: number,
): boolean {
  const firstEdge = column * BINS;
  let notFinite = 0;
  for (let index = 0; index < rows.length; index++) {
    const value = data[offset + rows[index]! * stride]!;
    notFinite += value * 0; // NaN from here on if the value is NaN or infinite
    let bin = 0;
    for (let half = BINS / 2; half >= 1; half /= 2) if (edges[firstEdge + bin + half - 1]! <= value) bin += half;
    bins[start + index] = bin;
  }
  return notFinite === 0;
}

/** The value at which a bin begins; of the first bin the smallest of the sample, and beyond the last bin the largest. */
export function lowerEdge({ low, high, edges }: BinEdges, column: number, bin: number): number {
  if (bin <= 0) return low[column]!;
  return bin >= BINS ? high[column]! : edges[column * BINS + bin - 1]!;
}

/** The edges of the columns [from, to). */
export function columnsOf({ low, high, edges }: BinEdges, from: number, to: number): BinEdges {
  return {
    columns: to - from,
    low: low.slice(from, to),
    high: high.slice(from, to),
    edges: edges.slice(from * BINS, to * BINS),
  };
}

/** Whether two sets of edges put every value into the same bin. */
export function sameEdges(a: BinEdges, b: BinEdges): boolean {
  if (a === b) return true;
  const same = (x: ArrayLike<number>, y: ArrayLike<number>) => {
    if (x.length !== y.length) return false;
    for (let index = 0; index < x.length; index++) if (x[index] !== y[index]) return false;
    return true;
  };
  return same(a.low, b.low) && same(a.high, b.high) && same(a.edges, b.edges);
}
