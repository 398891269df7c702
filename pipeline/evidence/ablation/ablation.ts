// What a network predicts without some of its cells: with the h that leaves a cell clamped to a constant. Many cells are
// clamped at once, each in a stream of its own. A layer does not depend on those above it, so what lies below the layer of a clamped cell
// is read once for all of them.

import type { Inputs } from '../../engines/engine.ts';
import { clampedComputation } from '../../lstm/clamped.ts';
import { clampedName, keepName, outputName } from '../../lstm/names.ts';
import { type Architecture, namedValues, type Parameters } from '../../lstm/parameters.ts';
import { type NetworkState, stateFromOutputs, stateToInputs } from '../../lstm/state.ts';
import { numberSequence } from '../../trace/targets.ts';
import type { Reader } from '../reading.ts';
import { requireForwards } from '../sample.ts';
import type { Recorded } from './recorded.ts';
import { type PredictedSegment, predictedPositions, stepsRead, type Undisturbed } from './undisturbed.ts';

/** What h is clamped to: its own mean, as though the cell knew nothing of the text; or zero, as though it was not there. */
export const LEVELS = ['mean', 'zero'] as const;
export type Level = (typeof LEVELS)[number];

/** A cell, and what its h is clamped to. */
export interface Clamp {
  /** From 0. */
  readonly layer: number;
  readonly unit: number;
  readonly value: number;
}

/** A number made of a row of the predictions, [rows, outputs], for the step at `position`. */
export type Measure = (prediction: Float32Array, row: number, position: number) => number;

export interface Measured {
  /** Of the network as it is, [positions]. */
  readonly asIs: Float32Array;
  /** How much it changes, [clamps, positions]. */
  readonly changes: Float32Array;
}

export interface AblationOptions {
  readonly segments: readonly PredictedSegment[];
  readonly clamps: readonly Clamp[];
  readonly measures: readonly Measure[];
  /** Called with how many steps more have been read, counted for each clamp. */
  progress?(steps: number): void;
}

/** Cells that are clamped at once, at most. */
const STREAMS = 256;

/**
 * Clamps cells, one at a time.
 * @param undisturbed of segments that these lie in
 * @returns in the order of the measures
 * @throws {InputError} for a network that reads backwards too
 */
export async function ablate(reader: Reader, undisturbed: Undisturbed, options: AblationOptions): Promise<Measured[]> {
  requireForwards(reader.architecture);
  const { segments, clamps, measures, progress } = options;
  const positions = predictedPositions(segments).length;
  const measured = measures.map(() => ({
    asIs: new Float32Array(positions),
    changes: new Float32Array(clamps.length * positions),
  }));
  const layers = Map.groupBy(clamps.keys(), (clamp) => clamps[clamp]!.layer);
  for (const [layer, own] of layers) {
    const together = Math.ceil(own.length / Math.ceil(own.length / STREAMS));
    const streams = await compileClamped(reader, layer, undisturbed, together);
    try {
      for (let first = 0; first < own.length; first += together) {
        const batch = own.slice(first, first + together);
        let row = 0;
        for (const segment of segments) {
          await streams.read(
            batch.map((clamp) => clamps[clamp]!),
            segment,
            (prediction, free, position) => {
              measures.forEach((measure, k) => {
                const { asIs, changes } = measured[k]!;
                const whole = measure(prediction, free, position);
                asIs[row] = whole;
                batch.forEach((clamp, stream) => {
                  changes[clamp * positions + row] = measure(prediction, free + 1 + stream, position) - whole;
                });
              });
              row += 1;
            },
          );
          progress?.(batch.length * stepsRead(segment));
        }
      }
    } finally {
      await streams.dispose();
    }
  }
  return measured;
}

// Streams that read the same segment and differ in nothing but the cell of one layer that is clamped: its h is a constant, for
// the recurrence and for the layer above alike, while its c goes on freely.

/** Steps of a window. */
const STEPS = 10;

/**
 * What reads a segment with each cell clamped in a stream of its own, and none in one more. `visit` is given the predictions,
 * [rows, outputs], for each position: in row `free` with no cell clamped, in the rows after it with each.
 * @param layer from 0
 * @param together cells that are clamped at once, at most
 */
async function compileClamped(reader: Reader, layer: number, { recorded }: Undisturbed, together: number) {
  const { architecture, parameters } = fromLayer(reader, layer);
  const units = architecture.units[0]!;
  // The stream in which nothing is clamped takes part in the very same products, so that a cell without effect has none.
  const window = { steps: STEPS, streams: together + 1 };
  const computation = clampedComputation(architecture, window);
  const program = await reader.engine.compile(computation, namedValues(architecture, parameters));
  const below = layer === 0 ? null : numberSequence(recorded.layers[layer - 1]!.h, architecture.inputs);
  const readFrom = (position: number): Inputs => {
    const one = { ...window, streams: 1 };
    return below === null ? reader.sequence.inputs([position], one) : below.inputs([recorded.rowOf(position)], one);
  };
  return {
    async read(
      clamps: readonly Clamp[],
      segment: PredictedSegment,
      visit: (prediction: Float32Array, free: number, position: number) => void,
    ): Promise<void> {
      const { from, start, end } = segment;
      const inputs = clampInputs(clamps, window.streams, units);
      let state = stateAfter(recorded, from - 1, architecture.units, window.streams);
      for (let done = 0; done < stepsRead(segment); done += STEPS) {
        const outputs = await program.run({ ...stateToInputs(state), ...readFrom(from + done), ...inputs });
        state = stateFromOutputs(architecture, outputs);
        const prediction = outputs[outputName(architecture)]!;
        for (let t = 0; t < STEPS; t++) {
          const position = from + done + t + 1;
          if (position >= start && position < end) visit(prediction, t * window.streams, position);
        }
      }
    },
    dispose: () => program.dispose(),
  };
}

/** The layers from one of them on, as a network that reads what the layer below passes upwards. */
function fromLayer(
  { architecture, parameters }: { readonly architecture: Architecture; readonly parameters: Parameters },
  layer: number,
): { architecture: Architecture; parameters: Parameters } {
  if (layer === 0) return { architecture, parameters };
  const { embedding, ...rest } = architecture;
  const { layers, backward, dense } = parameters;
  return {
    architecture: {
      ...rest,
      reads: 'numbers',
      inputs: architecture.units[layer - 1]!,
      units: architecture.units.slice(layer),
    },
    parameters: { layers: layers.slice(layer), backward: backward.slice(layer), dense },
  };
}

/** Stream k + 1 clamps the k-th cell; the first clamps none, and neither do those that are left over. */
function clampInputs(clamps: readonly Clamp[], streams: number, units: number): Record<string, Float32Array> {
  const keep = new Float32Array(streams * units).fill(1);
  const values = new Float32Array(streams * units);
  clamps.forEach(({ unit, value }, k) => {
    const place = (k + 1) * units + unit;
    keep[place] = 0;
    values[place] = value;
  });
  return { [keepName(0)]: keep, [clampedName(0)]: values };
}

/** The state after a step, of as many layers as there are units given, as often as there are streams that start from it. */
function stateAfter(
  { layers, rowOf }: Recorded,
  position: number,
  units: readonly number[],
  streams: number,
): NetworkState {
  const row = rowOf(position);
  return units.map((size, k) => {
    const repeated = (signal: 'h' | 'c') => {
      const one = layers.at(k - units.length)![signal].subarray(row * size, (row + 1) * size);
      const all = new Float32Array(streams * size);
      for (let stream = 0; stream < streams; stream++) all.set(one, stream * size);
      return all;
    };
    return { h: repeated('h'), c: repeated('c') };
  });
}
