// What looks on while a sequence is read, all signals of it: several may share one reading.
import { signalName } from '../lstm/names.ts';
import type { Architecture } from '../lstm/parameters.ts';
import { type NetworkState, statePartsOf, zeroState } from '../lstm/state.ts';
import type { Reading, ReadWindow } from './read.ts';

/** What takes in a reading with all signals, as `readText` gives it out. */
export type Observer = Pick<Reading, 'begin' | 'window'>;

/** Visits the steps that a window holds. @param visit is given a step's position and its row in the outputs */
export function forEachStep(
  { streams, segments }: Pick<ReadWindow, 'streams' | 'segments'>,
  visit: (position: number, row: number) => void,
): void {
  for (const { stream, start, length } of segments) {
    for (let t = 0; t < length; t++) visit(start + t, t * streams + stream);
  }
}

// The states that a network is in at some positions of a sequence that it reads from the beginning.

/**
 * @param positions of steps, in any order
 * @returns the states before these are read, a stream each; whole when the reading is over
 */
export function observeStates(
  { architecture }: { readonly architecture: Architecture },
  positions: readonly number[],
): Observer & { readonly states: NetworkState } {
  const states = zeroState(architecture, positions.length);
  const streamsAt = Map.groupBy(positions.keys(), (stream) => positions[stream]!);
  return {
    states,
    begin() {},
    window(window) {
      forEachStep(window, (position, row) => {
        for (const target of streamsAt.get(position + 1) ?? []) {
          architecture.units.forEach((units, layer) => {
            for (const part of statePartsOf(architecture)) {
              const values = window.outputs[signalName(layer, part)]!.subarray(row * units, (row + 1) * units);
              states[layer]![part].set(values, target * units);
            }
          });
        }
      });
    },
  };
}

// The mean and variance of each cell's output h over some steps of a sequence.

/** Of each cell's h over some steps, [units]. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Moments for each layer, when the reading is over. @param counted 1 for the steps that count, [steps] */
export function observeMoments(
  { architecture }: { readonly architecture: Architecture },
  counted: Uint8Array,
): Observer & { moments(): Moments[] } {
  const steps = counted.reduce((sum, count) => sum + count, 0);
  const sums = architecture.units.map((units) => new Float64Array(units));
  const squares = architecture.units.map((units) => new Float64Array(units));
  return {
    begin() {
      for (const sum of [...sums, ...squares]) sum.fill(0);
    },
    window(window) {
      architecture.units.forEach((units, layer) => {
        const h = window.outputs[signalName(layer, 'h')]!;
        const [sum, square] = [sums[layer]!, squares[layer]!];
        forEachStep(window, (position, row) => {
          if (counted[position] === 0) return;
          for (let unit = 0, at = row * units; unit < units; unit++, at++) {
            const value = h[at]!;
            sum[unit]! += value;
            square[unit]! += value * value;
          }
        });
      });
    },
    moments: () =>
      sums.map((sum, layer) => {
        const mean = sum.map((value) => value / steps);
        // What rounding leaves of an h that never moves may lie below zero.
        return { mean, variance: squares[layer]!.map((value, unit) => Math.max(0, value / steps - mean[unit]! ** 2)) };
      }),
  };
}
