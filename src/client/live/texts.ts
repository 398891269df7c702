// What was typed, and how the network goes on in two columns, with the chosen cell's values at every character of all.
import { type LstmSignal, SIGNALS, type Signal } from '../../../pipeline/base/signals.ts';
import { type LiveSettings, LONGEST_TEXT } from '../../shared/live-choice.ts';
import type { Report } from '../../shared/network/protocol.ts';
import { commonPrefix } from '../../shared/network/reading.ts';
import { neutralStep, stepOfByte } from '../../shared/scale.ts';
import { Backdrop } from './backdrop.ts';
import { Column } from './column.ts';
import { KnownValues } from './known-values.ts';
import { UNKNOWN } from './painted-text.ts';
import { readTyped, type Typed } from './typed-text.ts';

/** A character of what was typed, or of what one of the columns has. */
export interface Place {
  /** Code point of its text. */
  readonly position: number;
  readonly of: 'text' | 'free' | 'held';
}

/** What was typed, as the network reads it. @param numbers of what is in its vocabulary */
export type ReadTyped = (text: string, numbers: ReadonlyMap<string, number>) => Typed;

/** @param readAs as characters where left out */
export class Texts {
  readonly values = new KnownValues(LONGEST_TEXT);
  readonly backdrop: Backdrop;
  readonly free: Column;
  readonly held: Column;
  readonly #vocabulary: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #readAs: ReadTyped;
  typed: Typed;
  /** Whether there is a second network. */
  #isHeld = false;

  constructor(
    { vocabulary, preparation }: Pick<LiveSettings, 'vocabulary' | 'preparation'>,
    elements: Readonly<Record<Place['of'], HTMLElement>>,
    readAs: ReadTyped = (text, numbers) => readTyped(text, numbers, preparation.includes('collapse-spaces')),
  ) {
    this.#readAs = readAs;
    this.#vocabulary = vocabulary;
    this.#numbers = new Map(vocabulary.map((character, id) => [character, id]));
    this.backdrop = new Backdrop(elements.text);
    this.free = new Column(elements.free);
    this.held = new Column(elements.held);
    this.typed = this.#read('');
  }

  /** Another text; what it has in common with the old one keeps its values. */
  set text(text: string) {
    const old = this.typed.ids;
    this.typed = this.#read(text);
    this.values.end = Math.min(this.values.end, commonPrefix(old, this.typed.ids));
    this.backdrop.text = text;
  }

  #read(text: string): Typed {
    return this.#readAs(text, this.#numbers);
  }

  take({ values, free, held }: Report): void {
    this.values.take(values);
    this.free.take(free, this.#vocabulary);
    this.held.take(held, this.#vocabulary);
    this.#isHeld = held !== null;
  }

  /** What is known is of another cell. */
  forget(): void {
    for (const { values } of [this, this.free, this.held]) values.end = 0;
  }

  /** What the last network wrote: the one with cells held, where there is one. */
  get written(): readonly string[] {
    return this.#isHeld ? this.held.written : this.free.written;
  }

  /**
   * Colours all by a signal, as far as its values are known.
   * @param from a position of the text from which it is to be done; @param written the same of what was written
   */
  paint(signal: Signal, from: number, written: number): void {
    const index = SIGNALS.indexOf(signal as LstmSignal);
    const neutral = neutralStep(signal);
    const { places, sources, characters } = this.typed;
    const stepOf = (t: number): number => {
      if (places[t] === -1) return UNKNOWN;
      const byte = this.values.byte(places[t]!, index);
      return byte === null ? neutral : stepOfByte(byte);
    };
    this.backdrop.paint(from < sources.length ? sources[from]! : characters.length, stepOf, neutral);
    this.free.paint(index, neutral, written, null);
    this.held.paint(index, neutral, written, this.free);
  }

  /** The last characters before a position of the text that was read, and after it of what was written. */
  before(end: number, length: number): string[] {
    const { ids } = this.typed;
    return Array.from({ length: Math.min(end, length) }, (_, k) => {
      const position = end - Math.min(end, length) + k;
      return position < ids.length ? this.#vocabulary[ids[position]!]! : this.written[position - ids.length]!;
    });
  }

  characterAt({ position, of }: Place): string | undefined {
    return (of === 'text' ? this.typed.characters : this[of].written)[position];
  }

  /** A byte at a character; null where it is not known, or where the character is none that the network knows. */
  byteAt({ position, of }: Place, signal: number): number | null {
    if (of !== 'text') return this[of].values.byte(position, signal);
    return this.values.byte(this.typed.places[position] ?? -1, signal);
  }
}
