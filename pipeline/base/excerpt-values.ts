// The signals over a cell's excerpts in the form in which they compress best, and back, to the byte. Runs in a browser too.
import { contextOrder, packBytes, unpackBytes } from './context-order.ts';
import type { Signal } from './signals.ts';

/** What the excerpts of a cell spell, one after another. */
type Excerpts = readonly { readonly text: string }[];

const TOP = 255;

/** o·tanh c as a byte: that of h or one next to it, where all three have the ranges of an LSTM's cell. */
const outputByte = (o: number, c: number): number => Math.round((TOP + (o * (2 * c - TOP)) / TOP) / 2);

/** Whether a signal nearly follows from others that are stored. */
function follows(signal: Signal, signals: readonly Signal[]): boolean {
  return signal === 'h' && signals.includes('o') && signals.includes('c');
}

/** Adds what follows from the others to a signal, or takes it away. @param all [signals][characters] */
function shift(all: Uint8Array, signals: readonly Signal[], sign: 1 | -1): void {
  if (!follows('h', signals)) return;
  const length = all.length / signals.length;
  const [h, o, c] = (['h', 'o', 'c'] as const).map((signal) => {
    const at = signals.indexOf(signal) * length;
    return all.subarray(at, at + length);
  }) as [Uint8Array, Uint8Array, Uint8Array];
  for (let t = 0; t < length; t++) h[t] = h[t]! + sign * outputByte(o[t]!, c[t]!);
}

/** @param all [signals][characters]; @returns the same with each signal mapped, but for what follows from others */
function mapSignals(
  all: Uint8Array,
  signals: readonly Signal[],
  excerpts: Excerpts,
  map: typeof packBytes,
): Uint8Array {
  const symbols = excerpts.flatMap(({ text }) => Array.from(text));
  const length = all.length / signals.length;
  // Where a step is more than a character, the text does not say what was read at each.
  const order = symbols.length === length ? contextOrder(symbols) : Uint32Array.from({ length }, (_, t) => t);
  const out = Uint8Array.from(all);
  for (const [s, signal] of signals.entries()) {
    if (!follows(signal, signals)) out.set(map(all.subarray(s * length, (s + 1) * length), order), s * length);
  }
  return out;
}

/**
 * Of h its distance from o·tanh c; of the others the differences in the order of what was read (context-order.ts).
 * @param values [signals][characters], the excerpts one after another
 */
export function foldValues(values: Uint8Array, signals: readonly Signal[], excerpts: Excerpts): Uint8Array {
  const left = Uint8Array.from(values);
  shift(left, signals, -1);
  return mapSignals(left, signals, excerpts, packBytes);
}

/** What {@link foldValues} was given. */
export function unfoldValues(folded: Uint8Array, signals: readonly Signal[], excerpts: Excerpts): Uint8Array {
  const values = mapSignals(folded, signals, excerpts, unpackBytes);
  shift(values, signals, 1);
  return values;
}
