// Signals of all cells at some positions of a text, as the scoring keeps them.
import type { Signal } from '../signals.ts';

/** Signals at some positions of the text, a byte a value. */
export interface SampledSignals {
  /** Text positions, rising. */
  readonly positions: readonly number[];
  /** Those that there are, in the order i f g o c h. */
  readonly signals: readonly Signal[];
  /** [cells, signals, positions], over the gallery's domains: `scores.domains` says what a byte stands for. */
  readonly bytes: Uint8Array;
}

/** One cell's bytes of one signal, [positions]; a view. */
export function signalOf({ positions, signals, bytes }: SampledSignals, cell: number, signal: Signal): Uint8Array {
  const width = positions.length;
  const from = (cell * signals.length + signals.indexOf(signal)) * width;
  return bytes.subarray(from, from + width);
}
