// How a stored byte becomes one of fifteen steps of colour. Runs at build and in the browser.
import type { Alignment, Signal } from '../../pipeline/base/signals.ts';
import { STEPS, stepOfByte } from '../../pipeline/base/steps.ts';

export { STEPS, stepOfByte };

export type ScaleKind = 'diverging' | 'sequential';

/** Gates lie in [0, 1] and start at the paper; the others lie around zero, which is the paper. */
export function scaleKind(signal: Signal): ScaleKind {
  return 'iforz'.includes(signal) ? 'sequential' : 'diverging';
}

/** The step that has the paper's own colour, so that it needs no mark. */
export function neutralStep(signal: Signal): number {
  return scaleKind(signal) === 'sequential' ? 0 : (STEPS - 1) / 2;
}

/**
 * What elements of a step are called in coloured text that the build makes, of which a site has millions: nothing is shorter. A
 * digit, or a letter for a step of two.
 */
export const stepTag = (step: number): string => `s-${step.toString(STEPS)}`;

/** How many characters earlier the value is read that colours a character: the state that predicts it is one older. */
export function lag(alignment: Alignment): number {
  return alignment === 'predicting' ? 1 : 0;
}
