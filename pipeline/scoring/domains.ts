// The range of each signal that a byte stands for, one for all cells, so that two of them can be compared.
import { SIGNALS, type Signal } from '../signals.ts';
import { columnOf, countCells, type Layout } from './staging.ts';

/** Byte b stands for `low + b / 255 * (high - low)`. */
export interface Domain {
  readonly low: number;
  readonly high: number;
}

export type SignalDomains = Readonly<Record<Signal, Domain>>;

/** Share of the values of c that its domain covers. */
const COVERED = 0.999;

/** Resolution with which {@link COVERED} is met. */
const STEPS = 1 << 16;

const GATE: Domain = { low: 0, high: 1 };
const SYMMETRIC: Domain = { low: -1, high: 1 };

/** Gates [0, 1]; g and h [-1, 1]; c symmetric about zero at the 99.9th percentile of |c| over a sample's rows. */
export function fixDomains(layout: Layout, sample: Float32Array, rows: number): SignalDomains {
  const columns = Array.from({ length: countCells(layout.layers) }, (_, cell) => columnOf(layout, sample, cell, 'c'));
  const each = (visit: (magnitude: number) => void) => {
    for (const { offset, stride } of columns) {
      for (let row = 0; row < rows; row++) visit(Math.abs(sample[offset + row * stride]!));
    }
  };
  let largest = 0;
  each((magnitude) => {
    if (magnitude > largest) largest = magnitude;
  });
  const counts = new Uint32Array(STEPS);
  each((magnitude) => {
    counts[Math.min(STEPS - 1, Math.floor((magnitude / largest) * STEPS))]! += 1;
  });
  let step = 0;
  for (let covered = counts[0]!; covered < COVERED * columns.length * rows && step < STEPS - 1; ) {
    step += 1;
    covered += counts[step]!;
  }
  const high = largest > 0 ? (largest * (step + 1)) / STEPS : 1;
  return { i: GATE, f: GATE, o: GATE, g: SYMMETRIC, h: SYMMETRIC, c: { low: -high, high } };
}

/** The byte nearest to a value; values outside the domain get its end. */
export function toByte(value: number, { low, high }: Domain): number {
  return Math.max(0, Math.min(255, Math.round((255 * (value - low)) / (high - low))));
}

/** One domain for each column of a cell, in the order of SIGNALS. */
export function domainList(domains: SignalDomains): readonly Domain[] {
  return SIGNALS.map((signal) => domains[signal]);
}
