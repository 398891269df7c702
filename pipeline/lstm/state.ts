// The states of all layers for B parallel streams, as plain arrays between two windows.
import { endName, stateName } from './names.ts';
import type { Architecture } from './parameters.ts';

/** One layer's h and c, each [B, H]. */
export interface LayerState {
  readonly h: Float32Array;
  readonly c: Float32Array;
}

export type NetworkState = readonly LayerState[];

/** The state before the first character: all zero. */
export function zeroState(architecture: Architecture, streams: number): NetworkState {
  return architecture.units.map((units) => ({
    h: new Float32Array(streams * units),
    c: new Float32Array(streams * units),
  }));
}

/** The state as inputs of a window's computation. */
export function stateToInputs(state: NetworkState): Record<string, Float32Array> {
  return Object.fromEntries(
    state.flatMap(({ h, c }, layer) => [
      [stateName(layer, 'h'), h],
      [stateName(layer, 'c'), c],
    ]),
  );
}

/** The state at the end of a window, from its outputs. */
export function stateFromOutputs(architecture: Architecture, outputs: Record<string, Float32Array>): NetworkState {
  return architecture.units.map((_, layer) => ({
    h: outputs[endName(layer, 'h')]!,
    c: outputs[endName(layer, 'c')]!,
  }));
}

/** Overwrites stream `to` of `target` with stream `from` of `source`. */
export function copyStream(
  architecture: Architecture,
  source: NetworkState,
  from: number,
  target: NetworkState,
  to: number,
): void {
  architecture.units.forEach((units, layer) => {
    for (const part of ['h', 'c'] as const) {
      target[layer]![part].set(source[layer]![part].subarray(from * units, (from + 1) * units), to * units);
    }
  });
}

/** Forgets what one stream has read. */
export function resetStream(architecture: Architecture, state: NetworkState, stream: number): void {
  architecture.units.forEach((units, layer) => {
    for (const part of ['h', 'c'] as const) state[layer]![part].fill(0, stream * units, (stream + 1) * units);
  });
}
