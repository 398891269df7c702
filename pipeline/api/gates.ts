// The weights of each gate for a program's own use.
import { type LayerGates, splitGates as splitParameters } from '../lstm/gates.ts';
import type { Model } from './model.ts';

/**
 * Which weights belong to which gate: for each layer W, U and b of i, f, g and o, cut out of the arrays that Keras lists as
 * `kernel`, `recurrent_kernel` and `bias`. Time steps are nowhere among them: the same weights serve at each step.
 */
export function splitGates({ architecture, parameters }: Model): LayerGates[] {
  return splitParameters(architecture, parameters);
}
