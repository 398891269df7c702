// What a reading of the network as it is leaves for the ablation of its cells.
import { signalName } from '../lstm/names.ts';
import type { NetworkState } from '../lstm/state.ts';
import { numberSequence, type Sequence } from '../trace/sequence.ts';
import type { Foreseen } from './ablation-sample.ts';
import { type Observer, observe, type Subject } from './reading.ts';
import { observeStates } from './states.ts';

/** Of each cell's h over some steps, [units]. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export interface Undisturbed {
  /** Before the first step that is read of each stretch, a stream each. */
  readonly states: NetworkState;
  /** For each layer but the last what it passes upwards, the stretches' steps one after the other; see {@link stepsRead}. */
  readonly passed: readonly Sequence[];
  /** A layer each. */
  readonly moments: readonly Moments[];
}

/** How many steps of a stretch are read: up to the one before the last that is foreseen. */
export const stepsRead = ({ from, end }: Foreseen) => end - 1 - from;

/** @param counted 1 for the steps that the moments are over, [steps] */
export async function readUndisturbed(
  subject: Subject,
  stretches: readonly Foreseen[],
  counted: Uint8Array,
): Promise<Undisturbed> {
  const { states, ...observer } = observeStates(
    subject,
    stretches.map(({ from }) => from),
  );
  const passing = observePassed(subject, stretches);
  const moments = observeMoments(subject, counted);
  await observe(subject, [observer, passing, moments]);
  return { states, passed: passing.passed(), moments: moments.moments() };
}

function observePassed({ architecture }: Subject, stretches: readonly Foreseen[]) {
  const layers = architecture.units.slice(0, -1);
  const positions = stretches.flatMap((stretch) =>
    Array.from({ length: stepsRead(stretch) }, (_, k) => stretch.from + k),
  );
  const places = Map.groupBy(positions.keys(), (place) => positions[place]!);
  const h = layers.map((units) => new Float32Array(positions.length * units));
  const observer: Observer = {
    begin() {},
    window({ streams, pieces, outputs }) {
      for (const { stream, start, length } of pieces) {
        for (let t = 0; t < length; t++) {
          for (const place of places.get(start + t) ?? []) {
            layers.forEach((units, layer) => {
              const from = (t * streams + stream) * units;
              h[layer]!.set(outputs[signalName(layer, 'h')]!.subarray(from, from + units), place * units);
            });
          }
        }
      }
    },
  };
  return { ...observer, passed: () => layers.map((units, layer) => numberSequence(h[layer]!, units)) };
}

function observeMoments({ architecture }: Subject, counted: Uint8Array) {
  const steps = counted.reduce((sum, count) => sum + count, 0);
  const sums = architecture.units.map((units) => new Float64Array(units));
  const squares = architecture.units.map((units) => new Float64Array(units));
  const observer: Observer = {
    begin() {
      for (const sum of [...sums, ...squares]) sum.fill(0);
    },
    window({ streams, pieces, outputs }) {
      for (const { stream, start, length } of pieces) {
        for (let t = 0; t < length; t++) {
          if (counted[start + t] === 0) continue;
          architecture.units.forEach((units, layer) => {
            const from = (t * streams + stream) * units;
            const h = outputs[signalName(layer, 'h')]!;
            for (let unit = 0; unit < units; unit++) {
              sums[layer]![unit]! += h[from + unit]!;
              squares[layer]![unit]! += h[from + unit]! ** 2;
            }
          });
        }
      }
    },
  };
  const moments = (): Moments[] =>
    sums.map((sum, layer) => {
      const mean = sum.map((value) => value / steps);
      // What rounding leaves of an h that never moves may lie below zero.
      return { mean, variance: squares[layer]!.map((value, unit) => Math.max(0, value / steps - mean[unit]! ** 2)) };
    });
  return { ...observer, moments };
}
