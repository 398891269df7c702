// What chance alone would have found, over all rows (cell × hypothesis) together, from the strengths of every row
// under common time shifts.
//
// A row's own null is as wide as its label's spans are few and its signal is slow. The maximum of the bare strengths is
// therefore that of the hypotheses with the fewest spans, and no other could ever pass it. So each strength is first
// divided by the root mean square of its own row, and the maximum is taken of these: the single-step maxT procedure of
// Westfall and Young (1993, section 2.3), which controls the chance of any false discovery over everything, and
// gives every row the same share of it. The observed strength belongs to that root mean square like those of the shifts:
// if it did not, a large one would stand out from its row as no shifted one can, which makes the larger by itself, and the
// level would not be kept where rows are many. Under a shift the mean of 2·AUROC − 1 and of ρ is about zero, so there is
// nothing to subtract.
import { bisectLeft, bisectRight } from 'd3-array';

/** Strengths of all rows under all shifts, [rows, shifts]. */
export interface NullStrengths {
  readonly shifts: number;
  readonly strengths: Float32Array;
}

/** Root mean square of each row, of the observed strength and of all shifted ones, [rows]. */
export function rowScales(observed: ArrayLike<number>, { shifts, strengths }: NullStrengths): Float64Array {
  return Float64Array.from(observed, (strength, row) => {
    let squares = strength ** 2;
    for (let shift = 0; shift < shifts; shift++) squares += strengths[row * shifts + shift]! ** 2;
    return Math.sqrt(squares / (1 + shifts));
  });
}

/**
 * For each row (1 + the number of shifts whose largest standardised strength, of all rows, reaches this row's) /
 * (1 + shifts), in (0, 1] (Phipson and Smyth 2010 for the ones).
 * @param observed strengths, [rows]
 */
export function familywiseP(observed: ArrayLike<number>, nulls: NullStrengths): Float64Array {
  const { shifts, strengths } = nulls;
  const scales = rowScales(observed, nulls);
  const maxima = new Float64Array(shifts);
  for (let row = 0; row < scales.length; row++) {
    if (scales[row] === 0) continue;
    for (let shift = 0; shift < shifts; shift++) {
      maxima[shift] = Math.max(maxima[shift]!, strengths[row * shifts + shift]! / scales[row]!);
    }
  }
  maxima.sort();
  return standardised(observed, scales).map((value) => (1 + shifts - bisectLeft(maxima, value)) / (1 + shifts));
}

/**
 * The same, step by step (the free step-down procedure of Westfall and Young 1993, section 2.6): a row competes only with those
 * that stand out no more than it does, for what stands out more has been found already and need not count against it. For few
 * rows of which many are true.
 */
export function stepDownP(observed: ArrayLike<number>, nulls: NullStrengths): Float64Array {
  const { shifts, strengths } = nulls;
  const scales = rowScales(observed, nulls);
  const values = standardised(observed, scales);
  const falling = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
  const maxima = new Float64Array(shifts).fill(Number.NEGATIVE_INFINITY);
  const p = new Float64Array(values.length);
  for (const row of falling.toReversed()) {
    let reaching = 0;
    for (let shift = 0; shift < shifts; shift++) {
      const shifted = scales[row]! > 0 ? strengths[row * shifts + shift]! / scales[row]! : 0;
      maxima[shift] = Math.max(maxima[shift]!, shifted);
      if (maxima[shift]! >= values[row]!) reaching += 1;
    }
    p[row] = (1 + reaching) / (1 + shifts);
  }
  for (const [k, row] of falling.entries()) if (k > 0) p[row] = Math.max(p[row]!, p[falling[k - 1]!]!);
  return p;
}

/** 0 where all strengths of a row are. */
function standardised(observed: ArrayLike<number>, scales: Float64Array): Float64Array {
  return Float64Array.from(observed, (strength, row) => (scales[row]! > 0 ? strength / scales[row]! : 0));
}

/**
 * The false-discovery rate that each row's score costs: of all rows that stand out from their nulls as far as it does or
 * farther, the share that would do so by chance (Storey's q-value, 2002, with all hypotheses taken as null, which errs on
 * the safe side). The mean number of rows that stand out so far under a shift, divided by the number that do, and never
 * larger than for a row that stands out less. In [0, 1].
 * @param observed strengths, [rows]
 */
export function falseDiscoveryRates(observed: ArrayLike<number>, nulls: NullStrengths): Float64Array {
  const { shifts, strengths } = nulls;
  const scales = rowScales(observed, nulls);
  const values = standardised(observed, scales);
  const rising = values.slice().sort();
  // How many null values reach as many of the observed ones as this, and no more.
  const reaching = new Float64Array(rising.length + 1);
  for (let row = 0; row < scales.length; row++) {
    if (scales[row] === 0) continue;
    for (let shift = 0; shift < shifts; shift++) {
      reaching[bisectRight(rising, strengths[row * shifts + shift]! / scales[row]!)]! += 1;
    }
  }
  const rates = new Float64Array(rising.length);
  let exceeding = 0;
  for (let index = rising.length - 1; index >= 0; index--) {
    exceeding += reaching[index + 1]!;
    rates[index] = Math.min(1, exceeding / shifts / (rising.length - index));
  }
  for (let index = 1; index < rates.length; index++) rates[index] = Math.min(rates[index]!, rates[index - 1]!);
  return values.map((value) => rates[bisectLeft(rising, value)]!);
}

export interface FalseDiscoveries {
  /** Rows at or above the threshold. */
  readonly discoveries: number;
  /** The mean number of rows at or above it under a shift. */
  readonly falseDiscoveries: number;
  /** The ratio of the two, at most 1; 0 where nothing is discovered. */
  readonly falseDiscoveryRate: number;
}

/**
 * How many of the rows over a threshold are there by chance (Storey and Tibshirani 2003, with all hypotheses taken
 * as null, which errs on the safe side).
 * @param threshold the strength that a row must reach
 */
export function falseDiscoveries(
  observed: ArrayLike<number>,
  threshold: number,
  { shifts, strengths }: NullStrengths,
): FalseDiscoveries {
  let discoveries = 0;
  let exceedances = 0;
  for (let row = 0; row < observed.length; row++) {
    if (observed[row]! >= threshold) discoveries += 1;
    for (let shift = 0; shift < shifts; shift++) {
      if (strengths[row * shifts + shift]! >= threshold) exceedances += 1;
    }
  }
  return expectedByChance(discoveries, exceedances, shifts);
}

/** @param exceedances rows that reach the threshold under so many shifts, all in all */
export function expectedByChance(discoveries: number, exceedances: number, shifts: number): FalseDiscoveries {
  const mean = shifts === 0 ? 0 : exceedances / shifts;
  return {
    discoveries,
    falseDiscoveries: mean,
    falseDiscoveryRate: discoveries === 0 ? 0 : Math.min(1, mean / discoveries),
  };
}
