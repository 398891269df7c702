// Signals of all cells at some positions of a text, as the scoring keeps them.
import type { Signal } from '../base/signals.ts';

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

/** The h of every cell out of all its signals, [cells, characters]. @param heldOut [cells, signals, characters] */
export function hOf(heldOut: Uint8Array, signals: readonly Signal[], characters: number): Uint8Array {
  const cells = heldOut.length / (signals.length * characters);
  const out = new Uint8Array(cells * characters);
  const at = signals.indexOf('h') * characters;
  for (let cell = 0; cell < cells; cell++) {
    const from = cell * signals.length * characters + at;
    out.set(heldOut.subarray(from, from + characters), cell * characters);
  }
  return out;
}
