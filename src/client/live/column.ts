// One of the two columns: how the free network goes on after the text, or the one with cells held.
import { BOUNDS } from '../../shared/live-choice.ts';
import type { Continuation } from '../../shared/network/protocol.ts';
import { stepOfByte } from '../../shared/scale.ts';
import { Backdrop } from './backdrop.ts';
import { KnownValues } from './known-values.ts';
import { DIFFERS } from './painted-text.ts';

export class Column {
  readonly values = new KnownValues(BOUNDS.length[1]);
  readonly backdrop: Backdrop;
  /** Characters that the network wrote. */
  written: readonly string[] = [];

  constructor(element: HTMLElement) {
    this.backdrop = new Backdrop(element);
  }

  /** @param continuation null where there is no such network */
  take(continuation: Continuation | null, vocabulary: readonly string[]): void {
    this.written = Array.from(continuation?.written ?? [], (id) => vocabulary[id]!);
    this.backdrop.text = this.written.join('');
    if (continuation === null) this.values.end = 0;
    else this.values.take(continuation.values);
  }

  /**
   * Colours it from a position on, as far as its values are known, and marks what differs from the other column.
   * @param signal its place in SIGNALS
   * @param other null where nothing is marked
   */
  paint(signal: number, neutral: number, from: number, other: Column | null): void {
    const differs = (t: number): boolean =>
      other !== null && t < other.written.length && other.written[t] !== this.written[t];
    const stepAt = (t: number): number => {
      const byte = this.values.byte(t, signal);
      return (byte === null ? neutral : stepOfByte(byte)) + (differs(t) ? DIFFERS : 0);
    };
    this.backdrop.paint(from, stepAt, neutral);
  }
}
