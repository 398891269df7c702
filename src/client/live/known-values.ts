// The chosen cell's six signals at the characters of one text, as far as the worker has reported them.
import { SIGNALS } from '../../../pipeline/base/signals.ts';
import type { Values } from '../../shared/network/protocol.ts';

export class KnownValues {
  readonly #most: number;
  readonly #bytes: Uint8Array;
  /** Positions that are known, from the first. */
  end = 0;

  /** @param most positions at most */
  constructor(most: number) {
    this.#most = most;
    this.#bytes = new Uint8Array(SIGNALS.length * most);
  }

  take({ from, end, bytes }: Values): void {
    const length = end - from;
    SIGNALS.forEach((_, signal) => {
      this.#bytes.set(bytes.subarray(signal * length, (signal + 1) * length), signal * this.#most + from);
    });
    this.end = end;
  }

  /** @param signal its place in SIGNALS; @returns null where it is not known */
  byte(position: number, signal: number): number | null {
    return position >= 0 && position < this.end ? this.#bytes[signal * this.#most + position]! : null;
  }
}
