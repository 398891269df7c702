// Rows in the order of their values, from which every statistic of ranks follows without rounding: midranks, average
// precision, and in how many pairs of a row with a label and one without the first is higher.

export interface Ordered {
  /** All rows, by rising value; equal ones by their number. */
  readonly rows: Int32Array;
  /** Where each group of equal values ends in `rows`, rising: as many as there are different values. */
  readonly ends: Int32Array;
}

/** Bits of a key that are sorted at a time: three times so many are all. */
const DIGIT = 11;
const VALUES = 1 << DIGIT;
const MASK = VALUES - 1;

/**
 * Sorts by the lowest bits first, in three passes, which keeps equal values in their order. Each key is moved with its row, so
 * that memory is read in sequence and only written out of sequence; all digits are counted in one pass.
 * @param values finite, [rows]
 */
export function orderRows(values: Float32Array): Ordered {
  const count = values.length;
  const first = sortKeys(values);
  const [low, middle, high] = countDigits(first);
  const [second, rows, third, others] = [
    new Int32Array(count),
    new Int32Array(count),
    new Int32Array(count),
    new Int32Array(count),
  ];
  for (let row = 0; row < count; row++) {
    const key = first[row]!;
    const to = low[key & MASK]!++;
    second[to] = key;
    rows[to] = row;
  }
  for (let index = 0; index < count; index++) {
    const key = second[index]!;
    const to = middle[(key >>> DIGIT) & MASK]!++;
    third[to] = key;
    others[to] = rows[index]!;
  }
  for (let index = 0; index < count; index++) {
    const key = third[index]!;
    const to = high[key >>> (2 * DIGIT)]!++;
    second[to] = key;
    rows[to] = others[index]!;
  }
  const ends = others; // it is of no use any more
  let groups = 0;
  for (let index = 1; index <= count; index++) {
    if (index === count || second[index] !== second[index - 1]) ends[groups++] = index;
  }
  return { rows, ends: ends.subarray(0, groups) };
}

/** For each of the three digits where the keys with each value of it begin, once they are sorted by it. */
function countDigits(keys: Int32Array): [low: Int32Array, middle: Int32Array, high: Int32Array] {
  const [low, middle, high] = [new Int32Array(VALUES), new Int32Array(VALUES), new Int32Array(VALUES)];
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row]!;
    low[key & MASK]! += 1;
    middle[(key >>> DIGIT) & MASK]! += 1;
    high[key >>> (2 * DIGIT)]! += 1;
  }
  for (const counts of [low, middle, high]) {
    for (let value = 0, before = 0; value < VALUES; value++) {
      const own = counts[value]!;
      counts[value] = before;
      before += own;
    }
  }
  return [low, middle, high];
}

/** Bits that rise with the values, taken as numbers without a sign: a float's do, but for its own sign, below which they fall. */
function sortKeys(values: Float32Array): Int32Array {
  const bits = new Int32Array(values.length);
  const floats = new Float32Array(bits.buffer);
  for (let row = 0; row < bits.length; row++) {
    floats[row] = values[row]! + 0; // −0 becomes 0
    const key = bits[row]!;
    bits[row] = key < 0 ? ~key : key | 0x80000000;
  }
  return bits;
}

/** Doubled midranks about their mean, which sum to 0, [rows]: whole numbers from 1 − rows to rows − 1. */
export function centredMidranks({ rows, ends }: Ordered): Float64Array {
  const ranks = new Float64Array(rows.length);
  let start = 0;
  for (let group = 0; group < ends.length; group++) {
    const end = ends[group]!;
    const rank = start + end - rows.length;
    for (let index = start; index < end; index++) ranks[rows[index]!] = rank;
    start = end;
  }
  return ranks;
}

/**
 * Average precision, in [0, 1]: Σ (recallₖ − recallₖ₋₁) · precisionₖ over falling thresholds, without interpolation;
 * equal values are one threshold (as in scikit-learn's `average_precision_score`). NaN where no row is marked.
 * @param marks 1 where a row bears the label, [rows]
 * @param direction -1 where low values are to mean the label
 */
export function averagePrecision({ rows, ends }: Ordered, marks: Uint8Array, direction: 1 | -1): number {
  let [hits, chosen, sum] = [0, 0, 0];
  for (let step = 0; step < ends.length; step++) {
    const group = direction === 1 ? ends.length - 1 - step : step;
    const start = group === 0 ? 0 : ends[group - 1]!;
    const end = ends[group]!;
    let found = 0;
    for (let index = start; index < end; index++) found += marks[rows[index]!]!;
    hits += found;
    chosen += end - start;
    if (found > 0) sum += found * (hits / chosen);
  }
  return sum / hits;
}

/** Rows that belong together, such as those of a block. */
export interface Blocks {
  readonly count: number;
  /** Number of each row's block, [rows]. */
  readonly ofRow: Int32Array;
}

/** Of each block, [blocks]. A pair is a row that is marked and one that is not; it is won where the first is higher. */
export interface BlockPairs {
  /** Rows that are marked, and that are not. */
  readonly marked: Float64Array;
  readonly others: Float64Array;
  /** Pairs that its marked rows win, a tie counting half; those that its others lose; and both where both are its own. */
  readonly won: Float64Array;
  readonly lost: Float64Array;
  readonly within: Float64Array;
}

export function pairsByBlock({ rows, ends }: Ordered, marks: Uint8Array, blocks: Blocks): BlockPairs {
  const [marked, others, won, lost, within] = Array.from({ length: 5 }, () => new Float64Array(blocks.count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const { ofRow } = blocks;
  /** What was passed of each block: rows without a mark, and those among the equal ones that are just passed. */
  const passed = new Float64Array(blocks.count);
  const equal = new Float64Array(blocks.count);
  let [below, markedBelow, start] = [0, 0, 0];
  for (let group = 0; group < ends.length; group++) {
    const end = ends[group]!;
    if (end === start + 1) {
      const row = rows[start]!;
      const block = ofRow[row]!;
      if (marks[row] === 1) {
        marked[block]! += 1;
        won[block]! += below;
        within[block]! += passed[block]!;
        markedBelow += 1;
      } else {
        others[block]! += 1;
        lost[block]! -= markedBelow;
        passed[block]! += 1;
        below += 1;
      }
      start = end;
      continue;
    }
    let [equalOthers, equalMarked] = [0, 0];
    for (let index = start; index < end; index++) {
      const row = rows[index]!;
      if (marks[row] === 1) equalMarked += 1;
      else {
        equalOthers += 1;
        equal[ofRow[row]!]! += 1;
      }
    }
    for (let index = start; index < end; index++) {
      const row = rows[index]!;
      const block = ofRow[row]!;
      if (marks[row] === 1) {
        marked[block]! += 1;
        won[block]! += below + equalOthers / 2;
        within[block]! += passed[block]! + equal[block]! / 2;
      } else {
        others[block]! += 1;
        lost[block]! -= markedBelow + equalMarked / 2; // all that are marked are added below
      }
    }
    for (let index = start; index < end; index++) {
      const row = rows[index]!;
      if (marks[row] === 1) continue;
      passed[ofRow[row]!]! += 1;
      equal[ofRow[row]!] = 0;
    }
    below += equalOthers;
    markedBelow += equalMarked;
    start = end;
  }
  for (let block = 0; block < blocks.count; block++) lost[block]! += others[block]! * markedBelow;
  return { marked, others, won, lost, within };
}
