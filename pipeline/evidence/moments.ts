// The mean and variance of what each cell says, its h, over some steps of a sequence.
import { signalName } from '../lstm/names.ts';
import { forEachStep, type Observer, type Reader } from './reading.ts';

/** Of each cell's h over some steps, [units]. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export interface MomentsObserver extends Observer {
  /** A layer each, when the reading is over. */
  moments(): Moments[];
}

/** @param counted 1 for the steps that count, [steps] */
export function observeMoments({ architecture }: Reader, counted: Uint8Array): MomentsObserver {
  const steps = counted.reduce((sum, count) => sum + count, 0);
  const sums = architecture.units.map((units) => new Float64Array(units));
  const squares = architecture.units.map((units) => new Float64Array(units));
  return {
    begin() {
      for (const sum of [...sums, ...squares]) sum.fill(0);
    },
    window(window) {
      forEachStep(window, (position, row) => {
        if (counted[position] === 0) return;
        architecture.units.forEach((units, layer) => {
          const h = window.outputs[signalName(layer, 'h')]!;
          for (let unit = 0; unit < units; unit++) {
            sums[layer]![unit]! += h[row * units + unit]!;
            squares[layer]![unit]! += h[row * units + unit]! ** 2;
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
