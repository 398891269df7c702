// All that a visitor wants of the network at one time: a text read, perhaps read again with a cell held, and gone on with.
import { SIGNALS } from '../../../../pipeline/base/signals.ts';
import type { Watched } from '../../../shared/live-choice.ts';
import { type Report, STRIP, type Wanted } from './protocol.ts';
import { beginning, commonPrefix, type Network, Reading, SNAPSHOT_EVERY } from './reading.ts';
import type { Hold } from './stepper.ts';
import { Writing } from './writing.ts';

/** Characters before the end of the text over which a cell is held, at least where there are so many. */
const HELD = 100;

/** Where holding begins in a text of so many characters: where a reading can be taken up. */
export function clampedStart(length: number): number {
  return Math.max(0, Math.floor((length - HELD) / SNAPSHOT_EVERY)) * SNAPSHOT_EVERY;
}

function sameHold(a: Hold | null, b: Hold | null): boolean {
  return a?.layer === b?.layer && a?.unit === b?.unit && a?.value === b?.value;
}

const NOTHING: Wanted = { kind: 'want', revision: 0, ids: new Int32Array(0), cell: 0, hold: null, write: null };

export class Session {
  readonly #network: Network;
  readonly #strips: readonly Watched[];
  readonly #free: Reading;
  #held: Reading | null = null;
  #writing: Writing | null = null;
  #wanted = NOTHING;
  #reported = 0;
  #isNew = true;

  /** @param strips signals that every report tells of */
  constructor(network: Network, strips: readonly Watched[]) {
    this.#network = network;
    this.#strips = strips;
    this.#free = new Reading(network, beginning(network.architecture), null);
  }

  /** What of the old is still true is kept. */
  want(wanted: Wanted): void {
    const old = this.#wanted;
    const same = commonPrefix(old.ids, wanted.ids);
    const isSameText = same === old.ids.length && same === wanted.ids.length;
    const start = clampedStart(wanted.ids.length);
    const isSameHold = sameHold(old.hold, wanted.hold);
    this.#free.setText(wanted.ids);
    if (isSameHold && start === clampedStart(old.ids.length) && same >= start) {
      this.#held?.setText(wanted.ids.subarray(start));
    } else {
      this.#held = null;
    }
    const isSameWriting =
      isSameText &&
      isSameHold &&
      old.write?.seed === wanted.write?.seed &&
      old.write?.temperature === wanted.write?.temperature;
    if (!isSameWriting) this.#writing = null;
    else if (this.#writing !== null && wanted.write !== null) this.#writing.length = wanted.write.length;
    this.#wanted = wanted;
    this.#reported = 0;
    this.#isNew = true;
  }

  /** Whether nothing was reported on what is wanted now. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** Whether everything is worked out. */
  get isDone(): boolean {
    return this.#isRead() && (this.#wanted.write === null || this.#writing?.isDone === true);
  }

  #isRead(): boolean {
    if (this.#free.read < this.#free.length) return false;
    return this.#wanted.hold === null || (this.#held !== null && this.#held.read === this.#held.length);
  }

  /** Works for about so long: the text first, then what follows from it. */
  async advance(milliseconds: number): Promise<void> {
    const { ids, hold, write } = this.#wanted;
    if (this.#free.read < this.#free.length) return this.#free.advance(milliseconds);
    if (hold !== null && this.#held === null) {
      const start = clampedStart(ids.length);
      this.#held = new Reading(this.#network, this.#free.snapshot(start)!, hold);
      this.#held.setText(ids.subarray(start));
    }
    if (this.#held !== null && this.#held.read < this.#held.length) return this.#held.advance(milliseconds);
    if (write === null) return;
    this.#writing ??= new Writing(this.#network, (this.#held ?? this.#free).now, hold, write);
    return this.#writing.advance(milliseconds);
  }

  /** The byte of a signal at a position, of the reading that is shown there. */
  #byte(position: number, clampedFrom: number, signal: number, cell: number): number {
    const length = this.#wanted.ids.length;
    if (position >= length) return this.#writing!.reading.byte(position - length, signal, cell);
    if (position >= clampedFrom) return this.#held!.byte(position - clampedFrom, signal, cell);
    return this.#free.byte(position, signal, cell);
  }

  /** Tells what became known since the last report on the same wish, and all of it in the first. */
  report(): Report {
    const { revision, ids, cell, hold } = this.#wanted;
    const isHeld = hold !== null;
    const clampedFrom = isHeld ? clampedStart(ids.length) : ids.length;
    const inText = isHeld ? Math.min(this.#free.read, clampedFrom) + (this.#held?.read ?? 0) : this.#free.read;
    const end = inText + (this.#writing?.reading.read ?? 0);
    const from = Math.min(this.#reported, end);
    const first = Math.max(0, end - STRIP);
    const isRead = this.#isRead();
    this.#reported = end;
    this.#isNew = false;
    const column = (start: number, signal: number, of: number) =>
      Uint8Array.from({ length: end - start }, (_, t) => this.#byte(start + t, clampedFrom, signal, of));
    return {
      kind: 'report',
      revision,
      from,
      end,
      values: join(SIGNALS.map((_, signal) => column(from, signal, cell))),
      strips: join(this.#strips.map((strip) => column(first, strip.signal, strip.cell))),
      clampedFrom: isHeld ? clampedFrom : null,
      written: this.#writing?.ids ?? new Int32Array(0),
      isWriting: this.#wanted.write !== null && this.#writing?.isDone !== true,
      free: this.#free.read === ids.length ? this.#free.now.said : null,
      held: isHeld && isRead ? this.#held!.now.said : null,
    };
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
