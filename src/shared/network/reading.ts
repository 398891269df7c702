// A text as the network reads it: all signals of all cells so far, and states to go on from when the text is changed.
import { type SignalDomains, toByte } from '../../../pipeline/base/bytes.ts';
import { SIGNALS } from '../../../pipeline/base/signals.ts';
import type { Architecture } from '../../../pipeline/lstm/parameters.ts';
import { type NetworkState, zeroState } from '../../../pipeline/lstm/state.ts';
import { SNAPSHOT_EVERY } from '../../../pipeline/trace/clamped-start.ts';
import type { Hold, Step, Stepper } from './stepper.ts';

/** Characters whose signals share an array. */
const BLOCK = 256;

/** Where a reading stands between two characters. */
export interface Moment {
  readonly state: NetworkState;
  /** Log-probabilities of the next character; null before the first, which nothing predicts. */
  readonly said: Float32Array | null;
}

/** A network, ready to read. */
export interface Network {
  readonly architecture: Architecture;
  readonly stepper: Stepper;
  readonly domains: SignalDomains;
}

/** Before anything was read. */
export function beginning(architecture: Architecture): Moment {
  return { state: zeroState(architecture, 1), said: null };
}

/** How many characters two texts have in common from their beginning. */
export function commonPrefix(a: Int32Array, b: Int32Array): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a[length] === b[length]) length++;
  return length;
}

export class Reading {
  readonly #network: Network;
  readonly #holds: readonly Hold[];
  readonly #cells: number;
  /** After every {@link SNAPSHOT_EVERY} characters; the first is the beginning. */
  readonly #snapshots: Moment[];
  /** Of each character the bytes of all cells by signal, [{@link BLOCK}, signals, cells]. */
  readonly #blocks: Uint8Array[] = [];
  #ids: Int32Array = new Int32Array(0);
  #now: Moment;
  #read = 0;

  /** @param start what went before; @param holds cells that are held all along */
  constructor(network: Network, start: Moment, holds: readonly Hold[]) {
    this.#network = network;
    this.#holds = holds;
    this.#cells = network.architecture.units.reduce((sum, units) => sum + units, 0);
    this.#snapshots = [start];
    this.#now = start;
  }

  /** Characters of the text. */
  get length(): number {
    return this.#ids.length;
  }

  /** Characters of it that were read. */
  get read(): number {
    return this.#read;
  }

  /** Where the reading stands. */
  get now(): Moment {
    return this.#now;
  }

  /** The reading as it stood after so many characters, a multiple of {@link SNAPSHOT_EVERY}; undefined where it was not there yet. */
  snapshot(characters: number): Moment | undefined {
    return characters <= this.#read ? this.#snapshots[characters / SNAPSHOT_EVERY] : undefined;
  }

  /** Another text, as numbers in the vocabulary. What it has in common with the old one from the beginning stays read. */
  setText(ids: Int32Array): void {
    const same = commonPrefix(this.#ids, ids);
    this.#ids = ids;
    if (same >= this.#read) return;
    const last = Math.floor(same / SNAPSHOT_EVERY);
    this.#snapshots.length = last + 1;
    this.#now = this.#snapshots[last]!;
    this.#read = last * SNAPSHOT_EVERY;
  }

  /** Reads on for about so long, at least one character if any is left. */
  async advance(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (this.#read < this.#ids.length) {
      await this.#step();
      if (performance.now() >= end) return;
    }
  }

  async #step(): Promise<void> {
    const step = await this.#network.stepper(this.#now.state, this.#ids[this.#read]!, this.#holds);
    this.#keep(step);
    this.#now = { state: step.state, said: step.said };
    this.#read++;
    if (this.#read % SNAPSHOT_EVERY === 0) this.#snapshots.push(this.#now);
  }

  #keep({ signals }: Step): void {
    const block = Math.floor(this.#read / BLOCK);
    this.#blocks[block] ??= new Uint8Array(BLOCK * SIGNALS.length * this.#cells);
    const bytes = this.#blocks[block];
    let to = (this.#read % BLOCK) * SIGNALS.length * this.#cells;
    for (const signal of SIGNALS) {
      const domain = this.#network.domains[signal];
      for (const layer of signals) for (const value of layer[signal]) bytes[to++] = toByte(value, domain);
    }
  }

  /**
   * A signal of a cell at a character that was read, as the byte that its domain makes of it.
   * @param signal its place in {@link SIGNALS}
   * @param cell from 0, those of the first layer first
   */
  byte(position: number, signal: number, cell: number): number {
    const block = this.#blocks[Math.floor(position / BLOCK)]!;
    return block[((position % BLOCK) * SIGNALS.length + signal) * this.#cells + cell]!;
  }
}
