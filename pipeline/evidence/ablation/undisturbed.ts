// What a reading of the network as it is leaves for the ablation of its cells.
import { signalName } from '../../lstm/names.ts';
import type { NetworkState } from '../../lstm/state.ts';
import { numberSequence, type Sequence } from '../../trace/targets.ts';
import { type Moments, observeMoments } from '../moments.ts';
import { forEachStep, type Observer, observe, observeStates, type Reader } from '../reading.ts';
import type { Foreseen } from './sample.ts';

export interface Undisturbed {
  /** Before the first step that is read of each segment, a stream each. */
  readonly states: NetworkState;
  /** For each layer but the last what it passes upwards, the segments' steps one after the other; see {@link stepsRead}. */
  readonly passed: readonly Sequence[];
  /** A layer each. */
  readonly moments: readonly Moments[];
}

/** How many steps of a segment are read: up to the one before the last that is foreseen. */
export const stepsRead = ({ from, end }: Foreseen) => end - 1 - from;

/** @param counted 1 for the steps that the moments are over, [steps] */
export async function readUndisturbed(
  reader: Reader,
  segments: readonly Foreseen[],
  counted: Uint8Array,
): Promise<Undisturbed> {
  const { states, ...observer } = observeStates(
    reader,
    segments.map(({ from }) => from),
  );
  const passing = observePassed(reader, segments);
  const moments = observeMoments(reader, counted);
  await observe(reader, [observer, passing, moments]);
  return { states, passed: passing.passed(), moments: moments.moments() };
}

function observePassed({ architecture }: Reader, segments: readonly Foreseen[]) {
  const layers = architecture.units.slice(0, -1);
  const positions = segments.flatMap((segment) =>
    Array.from({ length: stepsRead(segment) }, (_, k) => segment.from + k),
  );
  const places = Map.groupBy(positions.keys(), (place) => positions[place]!);
  const h = layers.map((units) => new Float32Array(positions.length * units));
  const observer: Observer = {
    begin() {},
    window(window) {
      forEachStep(window, (position, row) => {
        for (const place of places.get(position) ?? []) {
          layers.forEach((units, layer) => {
            const values = window.outputs[signalName(layer, 'h')]!.subarray(row * units, (row + 1) * units);
            h[layer]!.set(values, place * units);
          });
        }
      });
    },
  };
  return { ...observer, passed: () => layers.map((units, layer) => numberSequence(h[layer]!, units)) };
}
