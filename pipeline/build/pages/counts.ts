// What is counted of a cell on the held-out sample: its values, how its gates spend their time, and how its threshold judges.
import { DOMAINS, fromByte } from '../../base/bytes.ts';
import type { Cell } from '../../contract/index.ts';
import type { Judged } from './excerpts.ts';

const HISTOGRAM_BINS = 32;
/** Two of them at each end are what counts as saturated. */
const GATE_BINS = 20;
/** A gate is saturated to the left below, to the right above: Karpathy, Johnson and Fei-Fei (2015). */
const SATURATED = { left: 0.1, right: 0.9 };

/** @param label of the sample's characters; undefined where none splits them, and all of them count as off */
export function histogramOf(bytes: Uint8Array, label: ArrayLike<number> | undefined): { on: number[]; off: number[] } {
  const on = new Array<number>(HISTOGRAM_BINS).fill(0);
  const off = new Array<number>(HISTOGRAM_BINS).fill(0);
  bytes.forEach((byte, t) => {
    const counts = label !== undefined && label[t]! > 0 ? on : off;
    counts[Math.floor((byte * HISTOGRAM_BINS) / 256)]! += 1;
  });
  return { on, off };
}

/** @param bytes of a gate, over [0, 1] */
export function gateUse(bytes: Uint8Array): NonNullable<Cell['gates']['i']> {
  let sum = 0;
  let left = 0;
  let right = 0;
  const bins = new Array<number>(GATE_BINS).fill(0);
  for (const byte of bytes) {
    const value = fromByte(byte, DOMAINS.i);
    sum += value;
    bins[Math.min(GATE_BINS - 1, Math.floor(value * GATE_BINS))]! += 1;
    if (value < SATURATED.left) left += 1;
    if (value > SATURATED.right) right += 1;
  }
  const count = bytes.length;
  return { mean: sum / count, leftSaturated: left / count, rightSaturated: right / count, bins };
}

/** How the training threshold judged the characters of the sample. */
export function countCalls({ label, predicted }: Judged): Cell['calls'] {
  if (label === undefined || predicted === undefined) return null;
  const calls = { called: 0, falseAlarms: 0, labelled: 0, missed: 0 };
  for (let t = 0; t < label.length; t++) {
    const [on, called] = [label[t]! > 0, predicted[t]! > 0];
    if (called) calls.called += 1;
    if (on) calls.labelled += 1;
    if (called && !on) calls.falseAlarms += 1;
    if (on && !called) calls.missed += 1;
  }
  return calls;
}
