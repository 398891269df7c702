// The chosen cell's six signals, as far as the worker has told them.

import type { Domains } from '../../../pipeline/base/schemas.ts';
import { SIGNALS } from '../../../pipeline/base/signals.ts';
import { BOUNDS } from '../../lib/try-choice.ts';
import { LONGEST_TEXT } from '../../lib/typed-text.ts';
import type { Report } from '../../live/protocol.ts';

const MOST = LONGEST_TEXT + BOUNDS.length[1];

export class Values {
  readonly #bytes = new Uint8Array(SIGNALS.length * MOST);
  /** Positions that are known, from the first. */
  end = 0;

  take({ from, end, values }: Report): void {
    const length = end - from;
    SIGNALS.forEach((_, signal) => {
      this.#bytes.set(values.subarray(signal * length, (signal + 1) * length), signal * MOST + from);
    });
    this.end = end;
  }

  /** @param signal its place in {@link SIGNALS}; @returns null where it is not known */
  byte(position: number, signal: number): number | null {
    return position >= 0 && position < this.end ? this.#bytes[signal * MOST + position]! : null;
  }
}

/** What a byte of a signal stands for; of c the tanh. */
export function fromByte(byte: number, { low, high }: Domains['h']): number {
  return low + (byte / 255) * (high - low);
}
