// How a stored byte becomes one of fifteen steps of colour. Runs at build and in the browser.
import type { Alignment, Signal } from '../../pipeline/base/signals.ts';

/** Steps of every scale; odd, so that the middle one is zero. */
export const STEPS = 15;

export type ScaleKind = 'diverging' | 'sequential';

/** Gates lie in [0, 1] and start at the paper; the others lie around zero, which is the paper. */
export function scaleKind(signal: Signal): ScaleKind {
  return signal === 'i' || signal === 'f' || signal === 'o' ? 'sequential' : 'diverging';
}

/** The step that has the paper's own colour, so that it needs no mark. */
export function neutralStep(signal: Signal): number {
  return scaleKind(signal) === 'sequential' ? 0 : (STEPS - 1) / 2;
}

/** How many characters earlier the value is read that colours a character: the state that predicts it is one older. */
export function lag(alignment: Alignment): number {
  return alignment === 'predicting' ? 1 : 0;
}

/** @param byte a stored value over its signal's domain; @returns its step in [0, {@link STEPS}) */
export function stepOfByte(byte: number): number {
  return Math.round((byte / 255) * (STEPS - 1));
}
