// What a network predicts without one of its cells: with the h that leaves the cell clamped to a constant. Many cells are
// clamped at once, each in a stream of its own. A layer does not depend on those above it, so what lies below the layer of a clamped cell
// is read once for all of them.

import { clampedComputation } from '../../lstm/clamped.ts';
import { clampedName, keepName, outputName } from '../../lstm/names.ts';
import { type Architecture, namedValues, type Parameters } from '../../lstm/parameters.ts';
import { type NetworkState, stateFromOutputs, stateToInputs } from '../../lstm/state.ts';
import type { Reader } from '../reading.ts';
import { requireForwards } from '../sample.ts';
import { type PredictedSegment, predictedPositions, stepsRead, type Undisturbed } from './undisturbed.ts';

/** What h is clamped to: its own mean, as though the cell knew nothing of the text; or zero, as though it was not there. */
export const LEVELS = ['mean', 'zero'] as const;
export type Level = (typeof LEVELS)[number];

/** A number made of a row of the predictions, [rows, outputs], for the step at `position`. */
export type Measure = (prediction: Float32Array, row: number, position: number) => number;

export interface Measured {
  /** Of the network as it is, [positions]. */
  readonly asIs: Float32Array;
  /** How much it changes, [cells, positions], layer by layer. */
  readonly changes: Readonly<Record<Level, Float32Array>>;
}

export interface AblationOptions {
  readonly segments: readonly PredictedSegment[];
  readonly measures: readonly Measure[];
  /** Called with how many steps more have been read, counted for each clamped cell. */
  progress?(steps: number): void;
}

/** Cells that are clamped at once, at most. */
const STREAMS = 256;

/**
 * Clamps every cell, one at a time, at every level.
 * @param undisturbed as `readUndisturbed` returned it for the same segments
 * @returns in the order of the measures
 * @throws {InputError} for a network that reads backwards too
 */
export async function ablate(reader: Reader, undisturbed: Undisturbed, options: AblationOptions): Promise<Measured[]> {
  const { units } = reader.architecture;
  requireForwards(reader.architecture);
  const cells = units.reduce((sum, size) => sum + size, 0);
  const positions = predictedPositions(options.segments).length;
  const measured = options.measures.map(() => ({
    asIs: new Float32Array(positions),
    changes: { mean: new Float32Array(cells * positions), zero: new Float32Array(cells * positions) },
  }));
  let firstCell = 0;
  for (const [layer, size] of units.entries()) {
    await ablateLayer(reader, layer, undisturbed, options, firstCell, measured);
    firstCell += size;
  }
  return measured;
}

/** How many steps {@link ablate} reads, counted for each clamped cell. */
export function stepsOfAblation({ units }: Architecture, segments: readonly PredictedSegment[]): number {
  const steps = segments.reduce((sum, segment) => sum + stepsRead(segment), 0);
  return units.reduce((sum, size) => sum + size, 0) * LEVELS.length * steps;
}

async function ablateLayer(
  reader: Reader,
  layer: number,
  undisturbed: Undisturbed,
  { segments, measures, progress }: AblationOptions,
  firstCell: number,
  measured: readonly Measured[],
): Promise<void> {
  const units = reader.architecture.units[layer]!;
  const { mean } = undisturbed.moments[layer]!;
  const clamps = LEVELS.flatMap((level) =>
    Array.from({ length: units }, (_, unit) => ({ unit, level, value: level === 'mean' ? mean[unit]! : 0 })),
  );
  const together = Math.ceil(clamps.length / Math.ceil(clamps.length / STREAMS));
  const streams = await compileClamped(reader, layer, undisturbed, segments, together);
  try {
    for (let first = 0; first < clamps.length; first += together) {
      const batch = clamps.slice(first, first + together);
      let row = 0;
      for (const [index, segment] of segments.entries()) {
        await streams.read(batch, index, (prediction, free, position) => {
          measures.forEach((measure, k) => {
            const { asIs, changes } = measured[k]!;
            const whole = measure(prediction, free, position);
            asIs[row] = whole;
            batch.forEach(({ unit, level }, stream) => {
              const change = measure(prediction, free + 1 + stream, position) - whole;
              changes[level][(firstCell + unit) * asIs.length + row] = change;
            });
          });
          row += 1;
        });
        progress?.(batch.length * stepsRead(segment));
      }
    }
  } finally {
    await streams.dispose();
  }
}

// Streams that read the same segment and differ in nothing but the cell of one layer that is clamped: its h is a constant, for
// the recurrence and for the layer above alike, while its c goes on freely.

/** A cell of the layer, and what its h is clamped to. */
interface Clamp {
  readonly unit: number;
  readonly value: number;
}

/** Steps of a window. */
const STEPS = 10;

/**
 * What reads the segment of some number, with each cell clamped in a stream of its own and none in one more. `visit` is given
 * the predictions, [rows, outputs], for each position: in row `free` with no cell clamped, in the rows after it with each.
 * @param layer from 0
 * @param undisturbed of the same segments
 * @param together cells that are clamped at once, at most
 */
async function compileClamped(
  reader: Reader,
  layer: number,
  undisturbed: Undisturbed,
  segments: readonly PredictedSegment[],
  together: number,
) {
  const { architecture, parameters } = fromLayer(reader, layer);
  const units = architecture.units[0]!;
  // The stream in which nothing is clamped takes part in the very same products, so that a cell without effect has none.
  const window = { steps: STEPS, streams: together + 1 };
  const computation = clampedComputation(architecture, window);
  const program = await reader.engine.compile(computation, namedValues(architecture, parameters));
  const sequence = layer === 0 ? reader.sequence : undisturbed.passed[layer - 1]!;
  const steps = segments.map(stepsRead);
  /** Where a segment begins in what the layer reads. */
  const startOf = (segment: number) =>
    layer === 0 ? segments[segment]!.from : steps.slice(0, segment).reduce((sum, count) => sum + count, 0);
  return {
    async read(
      clamps: readonly Clamp[],
      segment: number,
      visit: (prediction: Float32Array, free: number, position: number) => void,
    ): Promise<void> {
      const { from, start, end } = segments[segment]!;
      const inputs = clampInputs(clamps, window.streams, units);
      let state = repeated(undisturbed.states.slice(layer), segment, segments.length, window.streams);
      for (let done = 0; done < steps[segment]!; done += STEPS) {
        const read = sequence.inputs([startOf(segment) + done], { ...window, streams: 1 });
        const outputs = await program.run({ ...stateToInputs(state), ...read, ...inputs });
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

/** One of some streams' states, as often as there are streams that start from it. */
function repeated(states: NetworkState, stream: number, of: number, streams: number): NetworkState {
  const repeat = (values: Float32Array) => {
    const units = values.length / of;
    const all = new Float32Array(streams * units);
    for (let k = 0; k < streams; k++) all.set(values.subarray(stream * units, (stream + 1) * units), k * units);
    return all;
  };
  return states.map(({ h, c }) => ({ h: repeat(h), c: repeat(c) }));
}
