// How many rows fall into each bin of each column, and what a target adds up to over them: all that the search for a
// split needs. Histograms of two sets of rows add up to that of both.

/** What is known of every row, in bins, and what may be asked of it. */
export interface Column {
  /** [rows] */
  readonly bins: Uint8Array;
  /** Bins that there are, at most 256. */
  readonly size: number;
  /** The sets of bins that a question may name; `rising` where bins are in order: then set k is the bins 0 to k. */
  readonly sets: 'rising' | readonly (readonly number[])[];
}

/** The bins of all columns one after another: of each the count, and then the sum. */
export type ColumnHistogram = Float64Array;

export function histogramOf(columns: readonly Column[], target: ArrayLike<number>, rows: Int32Array): ColumnHistogram {
  const histogram = new Float64Array(2 * columns.reduce((sum, { size }) => sum + size, 0));
  const values = Float64Array.from(rows, (row) => target[row]!);
  let start = 0;
  for (const { bins, size } of columns) {
    addColumn(histogram.subarray(start, start + 2 * size), bins, rows, values);
    start += 2 * size;
  }
  return histogram;
}

/** On its own, so that it is compiled well: it is where a tree spends its time. */
function addColumn(histogram: Float64Array, bins: Uint8Array, rows: Int32Array, values: Float64Array): void {
  for (let index = 0; index < rows.length; index++) {
    const at = 2 * bins[rows[index]!]!;
    histogram[at]! += 1;
    histogram[at + 1]! += values[index]!;
  }
}

/** The histogram of the rows of `whole` that are not those of `part`. */
export function without(whole: ColumnHistogram, part: ColumnHistogram): ColumnHistogram {
  const rest = new Float64Array(whole.length);
  for (let index = 0; index < rest.length; index++) rest[index] = whole[index]! - part[index]!;
  return rest;
}

/** A share of a bin's rows and their sum, for each question of each column in order. */
export function forEachQuestion(
  histogram: ColumnHistogram,
  columns: readonly Column[],
  visit: (column: number, set: number, count: number, sum: number) => void,
): void {
  let start = 0;
  columns.forEach(({ size, sets }, column) => {
    let [count, sum] = [0, 0];
    if (sets === 'rising') {
      for (let bin = 0; bin + 1 < size; bin++) {
        count += histogram[start + 2 * bin]!;
        sum += histogram[start + 2 * bin + 1]!;
        visit(column, bin, count, sum);
      }
    } else {
      sets.forEach((set, index) => {
        [count, sum] = [0, 0];
        for (const bin of set) {
          count += histogram[start + 2 * bin]!;
          sum += histogram[start + 2 * bin + 1]!;
        }
        visit(column, index, count, sum);
      });
    }
    start += 2 * size;
  });
}
