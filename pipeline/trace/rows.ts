// A window of a reading, row by row: which character of the text each row belongs to.

import { SIGNALS, type Signal } from '../base/signals.ts';
import { signalName } from '../lstm/names.ts';
import type { ReadWindow } from './read.ts';

export interface SignalRows {
  /** Position in the text of each row's character; -1 for a row that is padding. */
  readonly positions: Int32Array;
  /** For each layer and signal [rows, units], row-major. */
  readonly layers: readonly Readonly<Record<Signal, Float32Array>>[];
}

/** @param layers how many the network has */
export function signalRows({ streams, segments, outputs }: ReadWindow, layers: number): SignalRows {
  const steps = Math.max(...segments.map(({ length }) => length));
  const positions = new Int32Array(steps * streams).fill(-1);
  for (const { stream, start, length } of segments) {
    for (let t = 0; t < length; t++) positions[t * streams + stream] = start + t;
  }
  return {
    positions,
    layers: Array.from({ length: layers }, (_, layer) => {
      const signals = SIGNALS.map((signal) => [signal, outputs[signalName(layer, signal)]!] as const);
      return Object.fromEntries(signals) as Record<Signal, Float32Array>;
    }),
  };
}
