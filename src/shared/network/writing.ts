// The network goes on writing: it draws a character by what it expects, reads it, and so on. One seed, one text.
import { mixedRandom, type Random } from '../../../pipeline/base/random.ts';
import { choose, type Sampling } from '../../../pipeline/trace/generate.ts';
import { type Moment, type Network, Reading } from './reading.ts';
import type { Hold } from './stepper.ts';

export interface WritingOptions {
  /** At least 0, where the likeliest character is taken. */
  readonly temperature: number;
  /** Any 32-bit integer. */
  readonly seed: number;
  /** Characters to write. */
  readonly length: number;
}

export class Writing {
  /** What was written, being read. */
  readonly reading: Reading;
  readonly #sampling: Sampling;
  readonly #random: Random;
  #ids: Int32Array = new Int32Array(0);
  length: number;

  /** @param start the end of a text; @param holds cells that are held while it writes */
  constructor(network: Network, start: Moment, holds: readonly Hold[], { temperature, seed, length }: WritingOptions) {
    this.reading = new Reading(network, start, holds);
    this.#sampling = temperature === 0 ? { kind: 'greedy' } : { kind: 'random', temperature };
    this.#random = mixedRandom(seed);
    this.length = length;
  }

  /** Numbers in the vocabulary of what was written so far. */
  get ids(): Int32Array {
    return this.#ids;
  }

  get isDone(): boolean {
    return this.#ids.length >= this.length || this.reading.now.said === null;
  }

  /** Writes one character, which takes one draw: two networks of one seed draw alike at the same place. */
  async step(): Promise<void> {
    if (this.isDone) return;
    const id = choose(this.reading.now.said!, this.#sampling, this.#random);
    this.#ids = Int32Array.of(...this.#ids, id);
    this.reading.setText(this.#ids);
    await this.reading.advance(0);
  }
}
