// Where a network's state grows beyond what float32 holds: what it says from there on means nothing, and no further
// reading makes the segments of a text agree.
import { cellId } from '../base/cell-ids.ts';
import { InputError } from '../base/errors.ts';
import { outputName, signalName, type Window } from '../lstm/names.ts';
import { type Architecture, isGruNetwork } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';

/** A cell whose c or h is no finite number. Both count from 0. */
interface Overflow {
  readonly layer: number;
  readonly unit: number;
}

export interface OverflowWatch {
  /**
   * Looks at what a window gave, `offset` into the segments.
   * @param state at its end
   * @throws InputError where the first segment overflows: it starts where the text does, so that what it gives is true
   */
  window(outputs: Readonly<Record<string, Float32Array>>, state: NetworkState, offset: number): void;
  /**
   * The rest may start where they must not, overflow where the text does not, and be started better the next time. So
   * what they do counts where all the segments up to their own join.
   * @param join tells it of the segments up to, not including, `end`
   * @throws InputError where the text overflows in one of them
   */
  finish(join: (end: number) => boolean): void;
}

/** @param length of the text: what overflows in the padding after its end is none of the text's */
export function watchOverflows(
  architecture: Architecture,
  layout: Window & { readonly perStream: number },
  length: number,
): OverflowWatch {
  const found = new Map<number, Overflow>();
  return {
    window(outputs, state, offset) {
      for (let stream = 0; stream < layout.streams; stream++) {
        const read = Math.min(layout.steps, length - stream * layout.perStream - offset);
        if (read <= 0 || found.has(stream)) continue;
        const overflow = firstIn(state, stream, layout.streams);
        if (overflow === undefined) continue;
        // An overflow stays, for c' = f∘c + i∘g is never finite again: the window's end tells of all that is before it.
        if (read === layout.steps || !isFiniteAt(architecture, outputs, layout, stream, read - 1)) {
          found.set(stream, overflow);
        }
      }
      const first = found.get(0);
      if (first !== undefined) throw overflown(first);
    },
    finish(join) {
      if (found.size === 0) return;
      const stream = Math.min(...found.keys());
      if (join(stream + 1)) throw overflown(found.get(stream)!);
    },
  };
}

/** The first cell of a stream whose state is not finite. */
function firstIn(state: NetworkState, stream: number, streams: number): Overflow | undefined {
  for (const [layer, { h, c }] of state.entries()) {
    const units = h.length / streams;
    for (let unit = 0; unit < units; unit++) {
      const k = stream * units + unit;
      if (!Number.isFinite(h[k]) || (c.length > 0 && !Number.isFinite(c[k]))) return { layer, unit };
    }
  }
  return undefined;
}

/** Whether a stream was finite at a step of the window, by its c (h of a GRU) where the signals are given out, else by what it predicted. */
function isFiniteAt(
  architecture: Architecture,
  outputs: Readonly<Record<string, Float32Array>>,
  { steps, streams }: Window,
  stream: number,
  step: number,
): boolean {
  const part = isGruNetwork(architecture) ? 'h' : 'c';
  const traced = architecture.units.flatMap((_, layer) => outputs[signalName(layer, part)] ?? []);
  const told = traced.length > 0 ? traced : [outputs[outputName(architecture)] ?? new Float32Array()];
  const row = step * streams + stream;
  return told.every((values) => {
    const width = values.length / (steps * streams);
    return values.subarray(row * width, (row + 1) * width).every(Number.isFinite);
  });
}

/** Names the cell as the pages do: its layer from 1, its unit from 0. */
function overflown({ layer, unit }: Overflow): InputError {
  return new InputError(
    `The network's state overflows on this text: in layer ${layer + 1}, the value of cell ${cellId(layer + 1, unit)} is no longer a finite number.`,
    {},
    'Check the weights: where the activation has no bound, as relu has none, large ones let a cell grow without end.',
  );
}
