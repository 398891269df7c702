// The two texts, what was typed and how the network goes on, and the chosen cell's values at every character of both.
import { SIGNALS, type Signal } from '../../../pipeline/base/signals.ts';
import { neutralStep, stepOfByte } from '../../lib/scale.ts';
import { readTyped, type Typed } from '../../lib/typed-text.ts';
import type { Report } from '../../live/protocol.ts';
import { commonPrefix } from '../../live/reading.ts';
import { Backdrop } from './backdrop.ts';
import { UNKNOWN } from './painted-text.ts';
import { Values } from './values.ts';

/** A character of either text. */
export interface Place {
  /** Code point of its text. */
  readonly position: number;
  readonly isWritten: boolean;
}

export class Texts {
  readonly values = new Values();
  readonly backdrop: Backdrop;
  readonly continuation: Backdrop;
  readonly #vocabulary: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  typed: Typed;
  /** Characters that the network wrote. */
  written: readonly string[] = [];

  constructor(vocabulary: readonly string[], backdrop: HTMLElement, continuation: HTMLElement) {
    this.#vocabulary = vocabulary;
    this.#numbers = new Map(vocabulary.map((character, id) => [character, id]));
    this.backdrop = new Backdrop(backdrop);
    this.continuation = new Backdrop(continuation);
    this.typed = readTyped('', this.#numbers);
  }

  /** Another text; what it has in common with the old one keeps its values. */
  set text(text: string) {
    const old = this.typed.ids;
    this.typed = readTyped(text, this.#numbers);
    this.values.end = Math.min(this.values.end, commonPrefix(old, this.typed.ids));
    this.backdrop.text = text;
  }

  take(report: Report): void {
    this.values.take(report);
    this.written = Array.from(report.written, (id) => this.#vocabulary[id]!);
    this.continuation.text = this.written.join('');
  }

  /** Colours both texts by a signal, from a position on, as far as its values are known. */
  paint(signal: Signal, from: number): void {
    const index = SIGNALS.indexOf(signal);
    const neutral = neutralStep(signal);
    const { places, sources, ids, characters } = this.typed;
    const stepAt = (position: number): number => {
      const byte = this.values.byte(position, index);
      return byte === null ? neutral : stepOfByte(byte);
    };
    const first = from < sources.length ? sources[from]! : characters.length;
    this.backdrop.paint(first, (t) => (places[t] === -1 ? UNKNOWN : stepAt(places[t]!)), neutral);
    this.continuation.paint(Math.max(0, from - ids.length), (t) => stepAt(ids.length + t), neutral);
  }

  /** The last characters before a position of the text that was read and written. */
  before(end: number, length: number): string[] {
    const { ids } = this.typed;
    return Array.from({ length: Math.min(end, length) }, (_, k) => {
      const position = end - Math.min(end, length) + k;
      return position < ids.length ? this.#vocabulary[ids[position]!]! : this.written[position - ids.length]!;
    });
  }

  characterAt({ position, isWritten }: Place): string | undefined {
    return (isWritten ? this.written : this.typed.characters)[position];
  }

  /** A byte at a character; null where it is not known, or where the character is none that the network knows. */
  byteAt({ position, isWritten }: Place, signal: number): number | null {
    const place = isWritten ? this.typed.ids.length + position : (this.typed.places[position] ?? -1);
    return this.values.byte(place, signal);
  }
}
