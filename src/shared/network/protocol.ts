// What the page and its worker tell each other. The page says what it wants, whole; the worker works out what is new.
import type { LiveNetwork } from '../live-choice.ts';
import type { Hold } from './stepper.ts';
import type { WritingOptions } from './writing.ts';

/** Characters of the strips, from the end back. */
export const STRIP = 120;

/** Which network, and what of it is shown all the time. */
export type Load = LiveNetwork & { readonly kind: 'load' };

export interface Wanted {
  readonly kind: 'want';
  /** Comes back with every report on it. */
  readonly revision: number;
  /** The text, as numbers in the vocabulary. */
  readonly ids: Int32Array;
  /** Whose six signals are wanted at every character. */
  readonly cell: number;
  /** Cells that are held in a second network beside the free one; none where there is to be no second one. */
  readonly holds: readonly Hold[];
  /** Whether the network goes on writing after the text. */
  readonly write: WritingOptions | null;
}

/** The chosen cell's bytes at positions from `from` up to, not including, `end`: [6, end − from]. */
export interface Values {
  readonly from: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** How one of the two networks goes on after the text. */
export interface Continuation {
  /** Numbers in the vocabulary of what was written. */
  readonly written: Int32Array;
  /** At positions of what was written. */
  readonly values: Values;
  /** Log-probabilities of the character after the text, once it is read. */
  readonly next: Float32Array | null;
}

/** What is known so far. */
export interface Report {
  readonly kind: 'report';
  readonly revision: number;
  /** Of the free network, at positions of the text. */
  readonly values: Values;
  /** Bytes of the strips at the last positions before `stripsEnd`, at most {@link STRIP}: [strips, positions]. */
  readonly strips: Uint8Array;
  /** A position of the text and, after it, of what was written: by the network with cells held, where there is one. */
  readonly stripsEnd: number;
  /** Position of the text from which cells are held; null where none is. */
  readonly clampedFrom: number | null;
  readonly isWriting: boolean;
  readonly free: Continuation;
  /** Null where no cell is held. */
  readonly held: Continuation | null;
}

export type ToWorker = Load | Wanted;
export type FromWorker =
  | { readonly kind: 'progress'; readonly loaded: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'ready' }
  | Report;
