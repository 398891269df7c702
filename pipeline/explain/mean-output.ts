// The mean of what each cell says, its h, over some steps of a sequence.
import { signalName } from '../lstm/names.ts';
import type { Observer, Subject } from './reading.ts';

export interface MeanOutputObserver extends Observer {
  /** A layer each, [units], when the reading is over. */
  means(): Float64Array[];
}

/** @param positions of the steps, each once */
export function observeMeanOutput({ architecture }: Subject, positions: readonly number[]): MeanOutputObserver {
  const isCounted = new Set(positions);
  const sums = architecture.units.map((units) => new Float64Array(units));
  return {
    begin() {
      for (const sum of sums) sum.fill(0);
    },
    window({ streams, pieces, outputs }) {
      for (const { stream, start, length } of pieces) {
        for (let t = 0; t < length; t++) {
          if (!isCounted.has(start + t)) continue;
          architecture.units.forEach((units, layer) => {
            const h = outputs[signalName(layer, 'h')]!;
            const sum = sums[layer]!;
            const from = (t * streams + stream) * units;
            for (let unit = 0; unit < units; unit++) sum[unit]! += h[from + unit]!;
          });
        }
      }
    },
    means: () => sums.map((sum) => sum.map((value) => value / isCounted.size)),
  };
}
