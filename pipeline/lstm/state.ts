// The states of all layers for B parallel streams, as plain arrays between two windows.
import { endName, stateName } from './names.ts';
import { type Architecture, isGruNetwork } from './parameters.ts';

/** One layer's h and c, each [B, H]; c is empty where the cells are those of a GRU, which have none. */
export interface LayerState {
  readonly h: Float32Array;
  readonly c: Float32Array;
}

/** What the states of an architecture's layers are made of. */
export function statePartsOf(architecture: Pick<Architecture, 'cell'>): readonly ('h' | 'c')[] {
  return isGruNetwork(architecture) ? ['h'] : ['h', 'c'];
}

export type NetworkState = readonly LayerState[];

/** The state before the first character: all zero. */
export function zeroState(architecture: Architecture, streams: number): NetworkState {
  const hasC = !isGruNetwork(architecture);
  return architecture.units.map((units) => ({
    h: new Float32Array(streams * units),
    c: new Float32Array(hasC ? streams * units : 0),
  }));
}

/** The state as inputs of a window's computation. */
export function stateToInputs(state: NetworkState): Record<string, Float32Array> {
  return Object.fromEntries(
    state.flatMap(({ h, c }, layer) => [
      [stateName(layer, 'h'), h],
      ...(c.length === 0 ? [] : [[stateName(layer, 'c'), c] as const]),
    ]),
  );
}

/** The state at the end of a window, from its outputs. */
export function stateFromOutputs(architecture: Architecture, outputs: Record<string, Float32Array>): NetworkState {
  return architecture.units.map((_, layer) => ({
    h: outputs[endName(layer, 'h')]!,
    c: outputs[endName(layer, 'c')] ?? new Float32Array(0),
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
    for (const part of statePartsOf(architecture)) {
      target[layer]![part].set(source[layer]![part].subarray(from * units, (from + 1) * units), to * units);
    }
  });
}

/** Forgets what one stream has read. */
export function resetStream(architecture: Architecture, state: NetworkState, stream: number): void {
  architecture.units.forEach((units, layer) => {
    for (const part of statePartsOf(architecture)) state[layer]![part].fill(0, stream * units, (stream + 1) * units);
  });
}
