// Where a signal's 256 bins begin and end, fixed once for each column from a sample of the training text.
//
// A column is one signal of one cell. Its range in the sample is cut into 4,096 equal steps, and a table gives each
// step its bin, so that finding the bin of a value costs one multiplication and one look-up.

/** Bins of a column; a bin's number fits a byte. */
export const BINS = 256;

/** Equal steps over a column's range in the sample; every edge between bins lies on one of them. */
export const STEPS = 4096;

/**
 * Three quarters of the bins follow the sample's quantiles, so that no bin holds many values; the rest follow the
 * values themselves, so that no bin is wide where the sample happened to have nothing.
 */
const QUANTILE_SHARE = 0.75;

export interface BinEdges {
  readonly columns: number;
  /** Where each column's first step begins, in the signal's units. */
  readonly low: Float64Array;
  /** Width of a column's steps; 0 where the sample holds a single value. */
  readonly step: Float64Array;
  /** [columns, STEPS]: the bin of each step, never falling along a column. */
  readonly table: Uint8Array;
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
    step: new Float64Array(columns),
    table: new Uint8Array(columns * STEPS),
  };
}

/**
 * Fixes one column's edges. Values that fall into one step, heavy ties above all, share a bin.
 *
 * @param rows the rows of `values` that are the sample; all of them finite
 */
export function fixColumn(edges: BinEdges, column: number, values: Strided, rows: ArrayLike<number>): void {
  const { data, offset, stride } = values;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < rows.length; index++) {
    const value = data[offset + rows[index]! * stride]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const step = high > low ? (high - low) / STEPS : 0;
  edges.low[column] = rows.length === 0 ? 0 : low;
  edges.step[column] = step;
  if (step === 0) return;

  const counts = new Uint32Array(STEPS);
  for (let index = 0; index < rows.length; index++) {
    const position = Math.floor((data[offset + rows[index]! * stride]! - low) / step);
    counts[Math.min(STEPS - 1, position)]! += 1;
  }
  let below = 0;
  for (let position = 0; position < STEPS; position++) {
    const place = QUANTILE_SHARE * (below / rows.length) + (1 - QUANTILE_SHARE) * (position / STEPS);
    edges.table[column * STEPS + position] = Math.floor(BINS * place);
    below += counts[position]!;
  }
}

/**
 * The bins of one column's values at `rows`, written to `bins` from `start` on. Values outside the sample's range go
 * to the outermost bins.
 *
 * @returns false if any of the values is not finite
 */
export function binColumn(
  edges: BinEdges,
  column: number,
  values: Strided,
  rows: ArrayLike<number>,
  bins: Uint8Array,
  start: number,
): boolean {
  const { data, offset, stride } = values;
  const { table } = edges;
  const low = edges.low[column]!;
  const step = edges.step[column]!;
  const scale = step === 0 ? 0 : 1 / step;
  const base = column * STEPS;
  let notFinite = 0;
  for (let index = 0; index < rows.length; index++) {
    const value = data[offset + rows[index]! * stride]!;
    notFinite += value * 0; // NaN from here on if the value is NaN or infinite
    const place = (value - low) * scale;
    const position = place < 0 ? 0 : place >= STEPS ? STEPS - 1 : place | 0;
    bins[start + index] = table[base + position]!;
  }
  return notFinite === 0;
}

/** The value at which a bin begins: values of this bin and of those above it are not less. */
export function lowerEdge(edges: BinEdges, column: number, bin: number): number {
  const base = column * STEPS;
  let position = 0;
  while (position < STEPS && edges.table[base + position]! < bin) position += 1;
  return edges.low[column]! + position * edges.step[column]!;
}

/** Whether two sets of edges put every value into the same bin. */
export function sameEdges(a: BinEdges, b: BinEdges): boolean {
  if (a === b) return true;
  const same = (x: ArrayLike<number>, y: ArrayLike<number>) => {
    if (x.length !== y.length) return false;
    for (let index = 0; index < x.length; index++) if (x[index] !== y[index]) return false;
    return true;
  };
  return same(a.low, b.low) && same(a.step, b.step) && same(a.table, b.table);
}
