// Where a signal's 256 bins begin and end, fixed once for each column from a sample of the training text. A column is
// one signal of one cell.
//
// A value's bin is the number of edges that are not above it. To find it without a search through all of them, the
// column's range is cut into equal steps, and a guide says how many edges lie below each step (the indexed search of
// Chen and Asau 1974): what is left to search are the edges within one step, mostly none or one.

/** Bins of a column; a bin's number fits a byte. */
export const BINS = 256;

const EDGES = BINS - 1;
const STEPS = 4096;

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
  /** [columns, EDGES], rising along a column. */
  readonly edges: Float32Array;
  /** [columns, STEPS + 1]: how many edges lie in the steps before each. */
  readonly guide: Uint8Array;
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
    edges: new Float32Array(columns * EDGES),
    guide: new Uint8Array(columns * (STEPS + 1)),
  };
}

/**
 * Fixes one column's edges. Equal values always share a bin.
 *
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

  const edges = to.edges.subarray(column * EDGES, (column + 1) * EDGES);
  for (let index = 0; index < EDGES; index++) {
    edges[index] =
      index < QUANTILES
        ? sample[Math.floor(((index + 1) * sample.length) / (QUANTILES + 1))]!
        : low + ((high - low) * (index - QUANTILES + 1)) / (EDGES - QUANTILES + 1);
  }
  edges.sort();

  const guide = to.guide.subarray(column * (STEPS + 1), (column + 1) * (STEPS + 1));
  guide.fill(0);
  const scale = scaleOf(low, high);
  for (const edge of edges) guide[stepOf(edge, low, scale) + 1]! += 1;
  for (let step = 1; step <= STEPS; step++) guide[step]! += guide[step - 1]!;
}

function scaleOf(low: number, high: number): number {
  return high > low ? STEPS / (high - low) : 0;
}

/** Never falls as the value rises, so that edges of earlier steps are below a value and those of later ones above. */
function stepOf(value: number, low: number, scale: number): number {
  const place = (value - low) * scale;
  return place > 0 ? (place < STEPS ? place | 0 : STEPS - 1) : 0;
}

/**
 * The bins of one column's values at `rows`, written to `bins` from `start` on.
 *
 * @returns false if any of the values is not finite
 */
export function binColumn(
  { low, high, edges, guide }: BinEdges,
  column: number,
  values: Strided,
  rows: ArrayLike<number>,
  bins: Uint8Array,
  start: number,
): boolean {
  const { data, offset, stride } = values;
  const from = low[column]!;
  const scale = scaleOf(from, high[column]!);
  const firstStep = column * (STEPS + 1);
  const firstEdge = column * EDGES;
  let notFinite = 0;
  for (let index = 0; index < rows.length; index++) {
    const value = data[offset + rows[index]! * stride]!;
    notFinite += value * 0; // NaN from here on if the value is NaN or infinite
    const step = firstStep + stepOf(value, from, scale);
    let bin = guide[step]!;
    let end = guide[step + 1]!;
    while (bin < end) {
      const middle = (bin + end) >> 1;
      if (edges[firstEdge + middle]! <= value) bin = middle + 1;
      else end = middle;
    }
    bins[start + index] = bin;
  }
  return notFinite === 0;
}

/** The value at which a bin begins; of the first bin the smallest of the sample, and beyond the last bin the largest. */
export function lowerEdge({ low, high, edges }: BinEdges, column: number, bin: number): number {
  if (bin <= 0) return low[column]!;
  return bin >= BINS ? high[column]! : edges[column * EDGES + bin - 1]!;
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
