// Which characters of a text, or of a part of it, have been given their signals: each must be, once.
import { InputError } from '../base/errors.ts';

export class Coverage {
  readonly #start: number;
  readonly #seen: Uint8Array;

  /** Of the characters from `start` up to, not including, `end`. */
  constructor(start: number, end: number) {
    this.#start = start;
    this.#seen = new Uint8Array(end - start);
  }

  clear(): void {
    this.#seen.fill(0);
  }

  /**
   * @param positions -1 for what is no character
   * @throws InputError a character that was given before, or is none of these
   */
  mark(positions: Int32Array): void {
    for (const position of positions) {
      if (position < 0) continue;
      const index = position - this.#start;
      if (this.#seen[index] !== 0) {
        const why = index >= 0 && index < this.#seen.length ? 'were given twice' : 'are of no character here';
        throw new InputError(
          `The signals of character ${position} ${why}`,
          {},
          'Give every character of the text in just one window.',
        );
      }
      this.#seen[index] = 1;
    }
  }

  /** @throws InputError a character that is missing */
  checkComplete(): void {
    const missing = this.#seen.indexOf(0);
    if (missing < 0) return;
    throw new InputError(
      `The signals of character ${this.#start + missing} are missing`,
      {},
      'Trace the whole text before finishing its scores.',
    );
  }
}
