// What each cell's output does to what the network predicts after the same step: how much one unit of it would change it,
// and how much its departure from its mean did change it where the network was judged. Of the last layer this is a
// product with its weights, of the layers below the gradient through the gates of those above; what a cell sets going
// for later steps is not in it. (Direct logit attribution, as of transformers by Elhage et al. 2021.)
import type { Program } from '../../engines/engine.ts';
import { outputName } from '../../lstm/names.ts';
import { namedValues } from '../../lstm/parameters.ts';
import { meanGradientName, ownGradientName, type Summed, sameStepComputation } from '../../lstm/same-step.ts';
import { type NetworkState, stateToInputs } from '../../lstm/state.ts';
import { type Moments, observeMoments, observeStates } from '../../trace/observers.ts';
import { pickStreams } from '../../trace/streams.ts';
import { observe, type Reader } from '../reading.ts';

export interface LayerContribution {
  /** The mean change of each of {@link Outcomes.changes} for one unit of h, [changes, units]. */
  readonly changes: Float64Array;
  /** What h less its mean is worth at each position, as {@link Outcomes.worth} counts it, [positions, units]. */
  readonly effects: Float32Array;
}

export interface ContributionOptions {
  readonly outcomes: Outcomes;
  /** Steps whose predictions are judged; what follows them must be in the sequence. */
  readonly positions: readonly number[];
  /** Steps over which the mean of each cell's h is taken. */
  readonly usual: readonly number[];
  /** Of h over these, a layer each, where they are known: only the positions are read then. */
  readonly moments?: readonly Moments[] | undefined;
  /** Told of every step read. */
  readonly progress?: (steps: number) => void;
}

/** Positions that are differentiated at once. */
const STREAMS = 256;

/**
 * The contribution of every cell, a layer each.
 * @throws RangeError for a network that reads backwards too, or has no output layer
 */
export async function contributions(reader: Reader, options: ContributionOptions): Promise<LayerContribution[]> {
  const { architecture } = reader;
  const { positions, outcomes } = options;
  const computation = sameStepComputation(architecture, STREAMS, outcomes.changes.length, outcomes.summed);
  const { before, departures } = await readStates(reader, options);
  const found = architecture.units.map((units) => ({
    changes: new Float64Array(outcomes.changes.length * units),
    effects: new Float32Array(positions.length * units),
  }));
  const program = await reader.engine.compile(computation, namedValues(architecture, reader.parameters));
  try {
    for (let first = 0; first < positions.length; first += STREAMS) {
      const rows = Array.from({ length: STREAMS }, (_, b) => Math.min(first + b, positions.length - 1));
      const count = Math.min(STREAMS, positions.length - first);
      await addBatch({ reader, options, program, state: before(rows), rows, count }, departures, found);
    }
  } finally {
    await program.dispose();
  }
  return found;
}

/**
 * All that has to be known of the sequence, in one reading: the state after a step is that before the next one.
 * @returns the states `before` the steps at some of the positions, and h at each less its mean, a layer each, [positions, units]
 */
async function readStates(reader: Reader, { positions, usual, progress, moments: known }: ContributionOptions) {
  const { architecture } = reader;
  const steps = [...new Set(positions.flatMap((position) => [position, position + 1]))];
  const streamOf = new Map(steps.map((step, stream) => [step, stream]));
  const { states, ...observer } = observeStates(reader, steps);
  const isUsual = new Uint8Array(reader.sequence.length);
  for (const position of usual) isUsual[position] = 1;
  const observed = observeMoments(reader, isUsual);
  if (known === undefined) await observe(reader, [observer, observed], progress);
  else await observe(reader, [observer], progress, seenFor(positions));
  const moments = known ?? observed.moments();
  const departures = architecture.units.map((units, layer) => {
    const departure = new Float32Array(positions.length * units);
    positions.forEach((position, row) => {
      const from = streamOf.get(position + 1)! * units;
      for (let unit = 0; unit < units; unit++) {
        departure[row * units + unit] = states[layer]!.h[from + unit]! - moments[layer]!.mean[unit]!;
      }
    });
    return departure;
  });
  return {
    before(rows: readonly number[]): NetworkState {
      const streams = rows.map((row) => streamOf.get(positions[row]!)!);
      return pickStreams(architecture, states, streams);
    },
    departures,
  };
}

/** The steps that are looked at: each position, and the one before it. */
export const seenFor = (positions: readonly number[]): number[] =>
  positions.flatMap((position) => [position - 1, position]);

interface Batch {
  readonly reader: Reader;
  readonly options: ContributionOptions;
  readonly program: Program;
  readonly state: NetworkState;
  /** Of the positions, those that the streams stand for; from `count` on they are padding. */
  readonly rows: readonly number[];
  readonly count: number;
}

/** Adds what a batch of positions shows to what was found of each layer. */
async function addBatch(
  { reader, options, program, state, rows, count }: Batch,
  departures: readonly Float32Array[],
  found: readonly LayerContribution[],
): Promise<void> {
  const { architecture, sequence } = reader;
  const { outcomes, positions } = options;
  const at = rows.map((row) => positions[row]!);
  const read = {
    ...stateToInputs(state),
    ...sequence.inputs(at, { steps: 1, streams: STREAMS }),
    common: stacked(outcomes.changes),
    shares: Float32Array.from(rows, (_, b) => (b < count ? 1 / positions.length : 0)),
  };
  const judged = at.map((position) => outcomes.judged(position));
  for (let sum = 0; sum < judged[0]!.length; sum++) {
    const outputs = await program.run({ ...read, own: stacked(judged.map((sums) => sums[sum]!)) });
    const prediction = outputs[outputName(architecture)]!;
    found.forEach(({ changes, effects }, layer) => {
      const units = architecture.units[layer]!;
      const gradient = outputs[ownGradientName(layer)]!;
      for (let b = 0; b < count; b++) {
        const predicted = prediction.subarray(b * architecture.outputs, (b + 1) * architecture.outputs);
        const { linear, square } = outcomes.worth(sum, at[b]!, predicted);
        const to = rows[b]! * units;
        for (let unit = 0; unit < units; unit++) {
          const share = departures[layer]![to + unit]! * gradient[b * units + unit]!;
          effects[to + unit]! += (linear + square * share) * share;
        }
      }
      if (sum > 0) return;
      const mean = outputs[meanGradientName(layer)]!;
      for (let k = 0; k < changes.length; k++) changes[k]! += mean[k]!;
    });
  }
}

/** Rows of one length, one below the other. */
function stacked(rows: readonly Weights[]): Float32Array {
  const width = rows[0]!.length;
  const matrix = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    matrix.set(row, index * width);
  });
  return matrix;
}

// What a cell's output can do to what the network predicts, and how that is measured: on characters by log-odds, on
// numbers by the squared error.

/** A weighted sum of what the network predicts, [outputs]; of a softmax of the logarithms. */
export type Weights = Float32Array;

/** How a prediction is judged by what follows. */
export interface Outcomes {
  /** The sums whose mean change for one unit of h is of interest, one for each character or number predicted. */
  readonly changes: readonly Weights[];
  /** What these are sums of: what the network predicts, where left out. */
  readonly summed?: Summed;
  /** The sums that decide how good the prediction after the step at `position` is, as many at each. */
  judged(position: number): readonly Weights[];
  /**
   * What a cell adds to how good it is that adds δ to one of these sums: linear·δ + square·δ².
   * @param sum which of {@link judged}
   * @param prediction of what follows the step, [outputs]
   */
  worth(sum: number, position: number, prediction: Float32Array): { linear: number; square: number };
}

/**
 * Characters, by their log-odds: ln p less its mean over all characters, which is the logit less the logits' mean. The
 * worth is the log-odds of the character that follows. Not its ln p: of that the first-order change, δ of the one that
 * follows less the mean δ over what is predicted, vanishes on average for any cell of a network that is well calibrated.
 *
 * @param ids numbers of characters in the vocabulary
 * @param outputs how many there are
 */
export function characterOutcomes(ids: Int32Array, outputs: number): Outcomes {
  const logOdds = (character: number) =>
    Float32Array.from({ length: outputs }, (_, k) => Number(k === character) - 1 / outputs);
  const changes = Array.from({ length: outputs }, (_, character) => logOdds(character));
  return {
    changes,
    judged: (position) => [changes[ids[position + 1]!]!],
    worth: () => ({ linear: 1, square: 0 }),
  };
}

/**
 * Numbers, in standard deviations. The worth is what is added to the squared error's mean over the features: with error e
 * it would be e − δ without the cell, so that it adds e² − (e − δ)² = 2·e·δ − δ².
 *
 * @param values [steps, features]; the network predicts the next row
 * @param deviations of the features
 */
export function numberOutcomes(values: Float32Array, deviations: readonly number[]): Outcomes {
  const features = deviations.length;
  const changes = deviations.map((deviation, feature) =>
    Float32Array.from({ length: features }, (_, k) => (k === feature ? 1 / deviation : 0)),
  );
  return {
    changes,
    judged: () => changes,
    worth(feature, position, prediction) {
      const error = (prediction[feature]! - values[(position + 1) * features + feature]!) / deviations[feature]!;
      return { linear: (2 * error) / features, square: -1 / features };
    },
  };
}
