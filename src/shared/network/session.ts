// All that a visitor wants of the network at one time: a text read, perhaps read again with cells held, and gone on with,
// by the free network and by the one with cells held, from the same seed.
import { SIGNALS } from '../../../pipeline/base/signals.ts';
import { clampedStart } from '../../../pipeline/trace/clamped-start.ts';
import type { Watched } from '../live-choice.ts';
import { type Continuation, type Report, STRIP, type Values, type Wanted } from './protocol.ts';
import { beginning, commonPrefix, type Network, Reading } from './reading.ts';
import type { Hold } from './stepper.ts';
import { Writing } from './writing.ts';

function sameHolds(a: readonly Hold[], b: readonly Hold[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ layer, unit, value }, k) => layer === b[k]!.layer && unit === b[k]!.unit && value === b[k]!.value)
  );
}

const NOTHING: Wanted = { kind: 'want', revision: 0, ids: new Int32Array(0), cell: 0, holds: [], write: null };

export class Session {
  readonly #network: Network;
  readonly #strips: readonly Watched[];
  readonly #free: Reading;
  #held: Reading | null = null;
  #freeWriting: Writing | null = null;
  #heldWriting: Writing | null = null;
  #wanted = NOTHING;
  /** How much was reported of the text, and of what each of the two networks wrote. */
  #reported = { text: 0, free: 0, held: 0 };
  #isNew = true;

  /** @param strips signals that every report tells of */
  constructor(network: Network, strips: readonly Watched[]) {
    this.#network = network;
    this.#strips = strips;
    this.#free = new Reading(network, beginning(network.architecture), []);
  }

  /** What of the old is still true is kept. */
  want(wanted: Wanted): void {
    const old = this.#wanted;
    const same = commonPrefix(old.ids, wanted.ids);
    const isSameText = same === old.ids.length && same === wanted.ids.length;
    const start = clampedStart(wanted.ids.length);
    const areSameHolds = sameHolds(old.holds, wanted.holds);
    this.#free.setText(wanted.ids);
    if (areSameHolds && start === clampedStart(old.ids.length) && same >= start) {
      this.#held?.setText(wanted.ids.subarray(start));
    } else {
      this.#held = null;
    }
    const isSameWriting =
      isSameText && old.write?.seed === wanted.write?.seed && old.write?.temperature === wanted.write?.temperature;
    if (!isSameWriting) this.#freeWriting = null;
    if (!isSameWriting || !areSameHolds) this.#heldWriting = null;
    for (const writing of [this.#freeWriting, this.#heldWriting]) {
      if (writing !== null && wanted.write !== null) writing.length = wanted.write.length;
    }
    this.#wanted = wanted;
    this.#reported = { text: 0, free: 0, held: 0 };
    this.#isNew = true;
  }

  /** Whether nothing was reported on what is wanted now. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** Whether everything is worked out. */
  get isDone(): boolean {
    return this.#isRead() && !this.#isWriting();
  }

  get #isHeld(): boolean {
    return this.#wanted.holds.length > 0;
  }

  #isRead(): boolean {
    if (this.#free.read < this.#free.length) return false;
    return !this.#isHeld || (this.#held !== null && this.#held.read === this.#held.length);
  }

  #isWriting(): boolean {
    if (this.#wanted.write === null) return false;
    return this.#freeWriting?.isDone !== true || (this.#isHeld && this.#heldWriting?.isDone !== true);
  }

  /** Works for about so long: the text first, then what follows from it. */
  async advance(milliseconds: number): Promise<void> {
    const { ids, holds, write } = this.#wanted;
    if (this.#free.read < this.#free.length) return this.#free.advance(milliseconds);
    if (this.#isHeld && this.#held === null) {
      const start = clampedStart(ids.length);
      this.#held = new Reading(this.#network, this.#free.snapshot(start)!, holds);
      this.#held.setText(ids.subarray(start));
    }
    if (this.#held !== null && this.#held.read < this.#held.length) return this.#held.advance(milliseconds);
    if (write === null) return;
    this.#freeWriting ??= new Writing(this.#network, this.#free.now, [], write);
    if (this.#held !== null) this.#heldWriting ??= new Writing(this.#network, this.#held.now, holds, write);
    return this.#write(milliseconds);
  }

  /** Both write side by side: the one that is behind goes first. */
  async #write(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    const [free, held] = [this.#freeWriting!, this.#heldWriting];
    while (this.#isWriting()) {
      const isHeldBehind = held !== null && !held.isDone && (free.isDone || held.ids.length < free.ids.length);
      await (isHeldBehind ? held : free).step();
      if (performance.now() >= end) return;
    }
  }

  /** The six signals of the chosen cell in a reading that is taken up at some position. */
  #values(reading: Reading | undefined, from: number): Values {
    const end = reading?.read ?? 0;
    const first = Math.min(from, end);
    const { cell } = this.#wanted;
    const rows = SIGNALS.map((_, signal) =>
      Uint8Array.from({ length: end - first }, (_, t) => reading!.byte(first + t, signal, cell)),
    );
    return { from: first, end, bytes: join(rows) };
  }

  #continuation(writing: Writing | null, from: number, next: Float32Array | null): Continuation {
    const ids = writing?.ids ?? new Int32Array(0);
    return { written: ids, values: this.#values(writing?.reading, from), next };
  }

  /** The strips at the end of what was read last, by the network with cells held where there is one. */
  #lastStrips(): Pick<Report, 'strips' | 'stripsEnd'> {
    const { length } = this.#wanted.ids;
    const clampedFrom = this.#isHeld ? clampedStart(length) : length;
    const writing = this.#isHeld ? this.#heldWriting : this.#freeWriting;
    const inText = Math.min(this.#free.read, clampedFrom) + (this.#held?.read ?? 0);
    const end = (this.#isHeld ? inText : this.#free.read) + (writing?.reading.read ?? 0);
    const first = Math.max(0, end - STRIP);
    const byte = (position: number, { signal, cell }: Watched): number => {
      if (position >= length) return writing!.reading.byte(position - length, signal, cell);
      if (position >= clampedFrom) return this.#held!.byte(position - clampedFrom, signal, cell);
      return this.#free.byte(position, signal, cell);
    };
    const rows = this.#strips.map((strip) =>
      Uint8Array.from({ length: end - first }, (_, t) => byte(first + t, strip)),
    );
    return { strips: join(rows), stripsEnd: end };
  }

  /** Tells what became known since the last report on the same wish, and all of it in the first. */
  report(): Report {
    const { revision, ids } = this.#wanted;
    const isRead = this.#isRead();
    const { text, free, held } = this.#reported;
    const isFreeRead = this.#free.read === ids.length;
    const report: Report = {
      kind: 'report',
      revision,
      values: this.#values(this.#free, text),
      ...this.#lastStrips(),
      clampedFrom: this.#isHeld ? clampedStart(ids.length) : null,
      isWriting: this.#isWriting(),
      free: this.#continuation(this.#freeWriting, free, isFreeRead ? this.#free.now.said : null),
      held: this.#isHeld ? this.#continuation(this.#heldWriting, held, isRead ? this.#held!.now.said : null) : null,
    };
    this.#reported = {
      text: report.values.end,
      free: report.free.values.end,
      held: report.held?.values.end ?? 0,
    };
    this.#isNew = false;
    return report;
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
