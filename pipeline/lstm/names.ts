// What the inputs and outputs of a window's computation are called.
import type { Architecture } from './parameters.ts';

/** Time steps and parallel streams of a window. */
export interface Window {
  readonly steps: number;
  readonly streams: number;
}

/** Matrices by name. */
export type Named<M> = Readonly<Record<string, M>>;

/** Name of the state that layer `layer` (from 0) starts a window with. */
export const stateName = (layer: number, part: 'h' | 'c') => `layer${layer + 1}.${part}0`;
/** Name of the state that it ends the window with. */
export const endName = (layer: number, part: 'h' | 'c') => `layer${layer + 1}.${part}T`;
/** Name of what is left at the window's end of the c at its start: the product of all forget gates, [B, H]. */
export const memoryName = (layer: number) => `layer${layer + 1}.memory`;
/** Name of its dropout mask, [B, H]: 0, or 1 / (1 − rate). */
export const maskName = (layer: number) => `layer${layer + 1}.mask`;
/** Names of which of its cells show their own h, and at what the others are held, both [B, H]. */
export const keepName = (layer: number) => `layer${layer + 1}.keep`;
export const clampedName = (layer: number) => `layer${layer + 1}.held`;
/** Name of a signal of it over the window, [T·B, H]. */
export const signalName = (layer: number, signal: string) => `layer${layer + 1}.${signal}`;
/** Name of what the network says at each step, [T·B, outputs]: of a softmax the logarithms. */
export const outputName = ({ outputActivation = 'softmax' }: Architecture) =>
  outputActivation === 'softmax' ? 'logProbabilities' : 'outputs';
/** Name of the gradient by a tensor. */
export const gradientName = (tensor: string) => `${tensor}.gradient`;
