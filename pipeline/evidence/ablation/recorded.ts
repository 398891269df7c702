// The signals of the network as it is at some steps, for what starts from there or goes back through them.
import { type LstmSignal, SIGNALS } from '../../base/signals.ts';
import { signalName } from '../../lstm/names.ts';
import { forEachStep, type Observer } from '../../trace/observers.ts';
import type { Reader } from '../reading.ts';

export interface Recorded {
  /** For each layer each signal, [rows, units]. Row 0 is of no step: all 0, as before the first. */
  readonly layers: readonly Readonly<Record<LstmSignal, Float32Array>>[];
  /** The row of a step; rows of consecutive steps follow each other. 0 of a step that was not recorded. */
  rowOf(position: number): number;
}

/** @param positions of the steps, in any order */
export function observeRecorded(
  { architecture }: Reader,
  positions: Iterable<number>,
): Observer & { readonly recorded: Recorded } {
  const rising = [...new Set(positions)].filter((position) => position >= 0).sort((a, b) => a - b);
  const rows = new Map(rising.map((position, row) => [position, row + 1]));
  const rowOf = (position: number) => rows.get(position) ?? 0;
  const layers = architecture.units.map((units) => {
    const signals = SIGNALS.map((signal) => [signal, new Float32Array((rising.length + 1) * units)] as const);
    return Object.fromEntries(signals) as Record<LstmSignal, Float32Array>;
  });
  return {
    recorded: { layers, rowOf },
    begin() {},
    window(window) {
      forEachStep(window, (position, from) => {
        const to = rowOf(position);
        if (to === 0) return;
        architecture.units.forEach((units, layer) => {
          for (const signal of SIGNALS) {
            const values = window.outputs[signalName(layer, signal)]!.subarray(from * units, (from + 1) * units);
            layers[layer]![signal].set(values, to * units);
          }
        });
      });
    },
  };
}
