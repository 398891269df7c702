// What the page and its worker tell each other. The page says what it wants, whole; the worker works out what is new.
import type { LiveNetwork } from '../../../shared/live-choice.ts';
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
  readonly hold: Hold | null;
  /** Whether the network goes on writing after the text. */
  readonly write: WritingOptions | null;
}

/** What is known so far. Positions are those of the text, and then of what was written after it. */
export interface Report {
  readonly kind: 'report';
  readonly revision: number;
  /** The chosen cell's bytes at positions from `from` up to, not including, `end`: [6, end − from]. */
  readonly from: number;
  readonly end: number;
  readonly values: Uint8Array;
  /** Bytes of the strips at the last positions before `end`, at most {@link STRIP}: [strips, positions]. */
  readonly strips: Uint8Array;
  /** Position from which a cell is held; null where none is. */
  readonly clampedFrom: number | null;
  /** Numbers in the vocabulary of what was written. */
  readonly written: Int32Array;
  readonly isWriting: boolean;
  /** Log-probabilities of the character after the text, once it is read; `held` where a cell is held. */
  readonly free: Float32Array | null;
  readonly held: Float32Array | null;
}

export type ToWorker = Load | Wanted;
export type FromWorker =
  | { readonly kind: 'progress'; readonly loaded: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'ready' }
  | Report;
