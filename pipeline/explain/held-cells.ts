// Streams that read the same stretch and differ in nothing but the cell of one layer that is held: its h is a constant, for
// the recurrence and for the layer above alike, while its c goes on freely.
import { heldComputation } from '../lstm/held.ts';
import { heldName, keepName, outputName } from '../lstm/names.ts';
import { type Architecture, namedValues, type Parameters } from '../lstm/parameters.ts';
import { type NetworkState, stateFromOutputs, stateToInputs } from '../lstm/state.ts';
import type { Foreseen } from './ablation-sample.ts';
import type { Subject } from './reading.ts';
import { stepsRead, type Undisturbed } from './undisturbed.ts';

/** A cell of the layer, and what its h is held at. */
export interface Held {
  readonly unit: number;
  readonly value: number;
}

export interface HeldStreams {
  /**
   * Reads the stretch of that number, with each cell held in a stream of its own and none in one more.
   * @param held no more than the streams were made for
   * @param visit is given what is said, [rows, outputs], of each position: in row `free` with no cell held, and in the rows
   *   after it with the cells held, in their order
   */
  read(
    held: readonly Held[],
    stretch: number,
    visit: (said: Float32Array, free: number, position: number) => void,
  ): Promise<void>;
  dispose(): Promise<void>;
}

/** Steps of a window. */
const STEPS = 10;

/**
 * @param layer from 0
 * @param undisturbed of the same stretches
 * @param together cells that are held at once, at most
 */
export async function compileHeld(
  subject: Subject,
  layer: number,
  undisturbed: Undisturbed,
  stretches: readonly Foreseen[],
  together: number,
): Promise<HeldStreams> {
  const { architecture, parameters } = fromLayer(subject, layer);
  const units = architecture.units[0]!;
  // The stream in which nothing is held takes part in the very same products, so that a cell without effect has none.
  const window = { steps: STEPS, streams: together + 1 };
  const program = await subject.engine.compile(
    heldComputation(architecture, window),
    namedValues(architecture, parameters),
  );
  const sequence = layer === 0 ? subject.sequence : undisturbed.passed[layer - 1]!;
  const steps = stretches.map(stepsRead);
  /** Where a stretch begins in what the layer reads. */
  const startOf = (stretch: number) =>
    layer === 0 ? stretches[stretch]!.from : steps.slice(0, stretch).reduce((sum, count) => sum + count, 0);
  return {
    async read(held, stretch, visit) {
      const { from, start, end } = stretches[stretch]!;
      const hold = holdInputs(held, window.streams, units);
      let state = repeated(undisturbed.states.slice(layer), stretch, stretches.length, window.streams);
      for (let done = 0; done < steps[stretch]!; done += STEPS) {
        const read = sequence.inputs([startOf(stretch) + done], { ...window, streams: 1 });
        const outputs = await program.run({ ...stateToInputs(state), ...read, ...hold });
        state = stateFromOutputs(architecture, outputs);
        const said = outputs[outputName(architecture)]!;
        for (let t = 0; t < STEPS; t++) {
          const position = from + done + t + 1;
          if (position >= start && position < end) visit(said, t * window.streams, position);
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

/** Stream k + 1 holds the k-th cell; the first holds none, and neither do those that are left over. */
function holdInputs(held: readonly Held[], streams: number, units: number): Record<string, Float32Array> {
  const keep = new Float32Array(streams * units).fill(1);
  const values = new Float32Array(streams * units);
  held.forEach(({ unit, value }, k) => {
    const place = (k + 1) * units + unit;
    keep[place] = 0;
    values[place] = value;
  });
  return { [keepName(0)]: keep, [heldName(0)]: values };
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
