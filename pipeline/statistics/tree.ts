// Regression trees over binned columns (Breiman, Friedman, Olshen and Stone 1984), grown best-first, so that the tree of
// fewer leaves is the beginning of the one of more. All that the search for a split needs is how many rows fall into each
// bin of each column, and what the target adds up to over them; histograms of two sets of rows add up to that of both.

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
  const values = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) values[index] = target[rows[index]!]!;
  const starts: number[] = [];
  let start = 0;
  for (const { size } of columns) {
    starts.push(start);
    start += 2 * size;
  }
  // Those that are too few for the last three are counted in a place of their own.
  const spare = { bins: columns[0]?.bins ?? new Uint8Array(), histogram: new Float64Array(2 * MOST_BINS) };
  for (let column = 0; column < columns.length; column += AT_ONCE) {
    const place = (k: number): Place => {
      const own = columns[column + k];
      if (own === undefined) return spare;
      const from = starts[column + k]!;
      return { bins: own.bins, histogram: histogram.subarray(from, from + 2 * own.size) };
    };
    addColumns([place(0), place(1), place(2)], rows, values);
  }
  return histogram;
}

const MOST_BINS = 256;
/** Columns that are counted at once, for a sum waits for what was last added to it. */
const AT_ONCE = 3;

interface Place {
  readonly bins: Uint8Array;
  readonly histogram: Float64Array;
}

/** Apart, so that it is compiled well: it is where a tree spends its time. */
function addColumns(
  [first, second, third]: readonly [Place, Place, Place],
  rows: Int32Array,
  values: Float64Array,
): void {
  const [aBins, bBins, cBins] = [first.bins, second.bins, third.bins];
  const [a, b, c] = [first.histogram, second.histogram, third.histogram];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    const value = values[index]!;
    const [atA, atB, atC] = [2 * aBins[row]!, 2 * bBins[row]!, 2 * cBins[row]!];
    a[atA]! += 1;
    a[atA + 1]! += value;
    b[atB]! += 1;
    b[atB + 1]! += value;
    c[atC]! += 1;
    c[atC + 1]! += value;
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

/** Whether a row's bin of a column is in a set. */
export interface Question {
  readonly column: number;
  readonly set: number;
}

export interface TreeNode {
  readonly rows: number;
  /** Of the target over its rows. */
  readonly mean: number;
  /** Null of a leaf. */
  readonly split: Split | null;
}

export interface Split extends Question {
  /** From 0: a tree of k leaves has the splits whose order is below k − 1. */
  readonly order: number;
  /** By how much it lowers the sum of squares. */
  readonly gain: number;
  readonly yes: TreeNode;
  readonly no: TreeNode;
}

export interface TreeLimits {
  readonly leaves: number;
  readonly depth: number;
  /** Rows that a leaf has, at least. */
  readonly leastRows: number;
}

/** What a tree is grown from. */
export interface Lesson {
  readonly columns: readonly Column[];
  /** [rows of the columns] */
  readonly target: ArrayLike<number>;
  /** Those to learn from. */
  readonly rows: Int32Array;
  /** Of these rows. */
  readonly histogram: ColumnHistogram;
}

/** A leaf with the best split of it, which may be made. */
interface Candidate {
  readonly node: { -readonly [Key in keyof TreeNode]: TreeNode[Key] };
  readonly rows: Int32Array;
  readonly histogram: ColumnHistogram;
  readonly depth: number;
  readonly best: (Question & { readonly gain: number }) | null;
}

/** Gains that differ by less, and one that is a smaller share of the sum of squares, are due to rounding alone. */
const ROUNDING = 1e-9;

export function growTree({ columns, target, rows, histogram }: Lesson, limits: TreeLimits): TreeNode {
  let squares = 0;
  for (let index = 0; index < rows.length; index++) squares += target[rows[index]!]! ** 2;
  const candidate = (rows: Int32Array, histogram: ColumnHistogram, depth: number): Candidate => {
    let sum = 0;
    for (let index = 0; index < rows.length; index++) sum += target[rows[index]!]!;
    const best =
      depth < limits.depth
        ? bestQuestion(columns, histogram, rows.length, sum, limits.leastRows, ROUNDING * squares)
        : null;
    return {
      node: { rows: rows.length, mean: sum / rows.length, split: null },
      rows,
      histogram,
      depth,
      best,
    };
  };
  const root = candidate(rows, histogram, 0);
  let leaves = [root];
  for (let order = 0; order + 1 < limits.leaves; order++) {
    const leaf = leaves.reduce((a, b) => ((b.best?.gain ?? 0) > (a.best?.gain ?? 0) ? b : a));
    if (leaf.best === null) break;
    const parts = divide(leaf.rows, columns[leaf.best.column]!, leaf.best.set);
    const isSmaller = parts.yes.length <= parts.no.length;
    const smaller = histogramOf(columns, target, isSmaller ? parts.yes : parts.no);
    const larger = without(leaf.histogram, smaller);
    const yes = candidate(parts.yes, isSmaller ? smaller : larger, leaf.depth + 1);
    const no = candidate(parts.no, isSmaller ? larger : smaller, leaf.depth + 1);
    leaf.node.split = { ...leaf.best, order, yes: yes.node, no: no.node };
    leaves = [...leaves.filter((other) => other !== leaf), yes, no];
  }
  return root.node;
}

/** The question that lowers the sum of squares most, the first of several that do as well; null where none does. */
function bestQuestion(
  columns: readonly Column[],
  histogram: ColumnHistogram,
  rows: number,
  sum: number,
  leastRows: number,
  leastGain: number,
): Candidate['best'] {
  const whole = sum ** 2 / rows;
  let [column, set, gain] = [-1, -1, leastGain];
  forEachQuestion(histogram, columns, (ofColumn, index, count, part) => {
    const rest = rows - count;
    if (count < leastRows || rest < leastRows) return;
    const lowered = part ** 2 / count + (sum - part) ** 2 / rest - whole;
    if (lowered > gain * (1 + ROUNDING)) [column, set, gain] = [ofColumn, index, lowered];
  });
  return column < 0 ? null : { column, set, gain };
}

function divide(rows: Int32Array, column: Column, set: number): { yes: Int32Array; no: Int32Array } {
  const isAsked = new Uint8Array(column.size);
  for (let bin = 0; bin < isAsked.length; bin++) isAsked[bin] = Number(isIn(column, set, bin));
  const yes = new Int32Array(rows.length);
  const no = new Int32Array(rows.length);
  let [first, second] = [0, 0];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    const asked = isAsked[column.bins[row]!]!;
    // Both are written, and one counts: which of them cannot be guessed.
    yes[first] = no[second] = row;
    first += asked;
    second += 1 - asked;
  }
  return { yes: yes.subarray(0, first), no: no.subarray(0, second) };
}

export function isIn({ sets }: Pick<Column, 'sets'>, set: number, bin: number): boolean {
  return sets === 'rising' ? bin <= set : sets[set]!.includes(bin);
}

/** What the tree predicts of a row. */
export function predict(tree: TreeNode, columns: readonly Column[], row: number): number {
  let node = tree;
  while (node.split !== null) {
    const column = columns[node.split.column]!;
    node = isIn(column, node.split.set, column.bins[row]!) ? node.split.yes : node.split.no;
  }
  return node.mean;
}

/** The tree of at most so many leaves. */
export function cutBack(tree: TreeNode, leaves: number): TreeNode {
  const { split } = tree;
  if (split === null || split.order >= leaves - 1) return { ...tree, split: null };
  return { ...tree, split: { ...split, yes: cutBack(split.yes, leaves), no: cutBack(split.no, leaves) } };
}
