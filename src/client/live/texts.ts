// The two texts, what was typed and how the network goes on, and the chosen cell's values at every character of both.
import { SIGNALS, type Signal } from '../../../pipeline/base/signals.ts';
import { BOUNDS, LONGEST_TEXT } from '../../shared/live-choice.ts';
import { neutralStep, stepOfByte } from '../../shared/scale.ts';
import { Backdrop } from './backdrop.ts';
import type { Report } from './network/protocol.ts';
import { commonPrefix } from './network/reading.ts';
import { UNKNOWN } from './painted-text.ts';
import { readTyped, type Typed } from './typed-text.ts';

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

const MOST = LONGEST_TEXT + BOUNDS.length[1];

/** The chosen cell's six signals, as far as the worker has reported them. */
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
