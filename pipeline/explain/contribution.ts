// What each cell's output does to what the network says after the same step: how much one unit of it would change it,
// and how much its departure from its mean did change it where the network was judged. Of the last layer this is a
// product with its weights, of the layers below the gradient through the gates of those above; what a cell sets going
// for later steps is not in it. (Direct logit attribution, as of transformers by Elhage et al. 2021.)
import type { Program } from '../engines/engine.ts';
import { outputName } from '../lstm/names.ts';
import { namedValues } from '../lstm/parameters.ts';
import { meanGradientName, ownGradientName, sameStepComputation } from '../lstm/same-step.ts';
import { type NetworkState, stateToInputs } from '../lstm/state.ts';
import { observeMoments } from './moments.ts';
import type { Outcomes, Weights } from './outcomes.ts';
import { observe, type Subject } from './reading.ts';
import { observeStates, pickStreams } from './states.ts';

export interface LayerContribution {
  /** The mean change of each of {@link Outcomes.changes} for one unit of h, [changes, units]. */
  readonly changes: Float64Array;
  /** What h less its mean is worth at each position, as {@link Outcomes.worth} counts it, [positions, units]. */
  readonly effects: Float32Array;
}

export interface ContributionOptions {
  readonly outcomes: Outcomes;
  /** Steps after which what the network says is judged; what follows them must be in the sequence. */
  readonly positions: readonly number[];
  /** Steps over which the mean of each cell's h is taken. */
  readonly usual: readonly number[];
  /** Told of every step read. */
  readonly progress?: (steps: number) => void;
}

/** Positions that are differentiated at once. */
const STREAMS = 256;

/**
 * The contribution of every cell, a layer each.
 * @throws RangeError for a network that reads backwards too, or has no output layer
 */
export async function contributions(subject: Subject, options: ContributionOptions): Promise<LayerContribution[]> {
  const { architecture } = subject;
  const { positions, outcomes } = options;
  const computation = sameStepComputation(architecture, STREAMS, outcomes.changes.length);
  const { before, departures } = await readStates(subject, options);
  const found = architecture.units.map((units) => ({
    changes: new Float64Array(outcomes.changes.length * units),
    effects: new Float32Array(positions.length * units),
  }));
  const program = await subject.engine.compile(computation, namedValues(architecture, subject.parameters));
  try {
    for (let first = 0; first < positions.length; first += STREAMS) {
      const rows = Array.from({ length: STREAMS }, (_, b) => Math.min(first + b, positions.length - 1));
      const count = Math.min(STREAMS, positions.length - first);
      await addBatch({ subject, options, program, state: before(rows), rows, count }, departures, found);
    }
  } finally {
    await program.dispose();
  }
  return found;
}

interface States {
  /** The states before the steps at some of the positions. */
  before(rows: readonly number[]): NetworkState;
  /** h at each position less its mean, a layer each, [positions, units]. */
  readonly departures: readonly Float32Array[];
}

/** All that has to be known of the whole sequence, in one reading: the state after a step is that before the next one. */
async function readStates(subject: Subject, { positions, usual, progress }: ContributionOptions): Promise<States> {
  const { architecture } = subject;
  const steps = [...new Set(positions.flatMap((position) => [position, position + 1]))];
  const streamOf = new Map(steps.map((step, stream) => [step, stream]));
  const { states, ...observer } = observeStates(subject, steps);
  const isUsual = new Uint8Array(subject.sequence.length);
  for (const position of usual) isUsual[position] = 1;
  const observed = observeMoments(subject, isUsual);
  await observe(subject, [observer, observed], progress);
  const moments = observed.moments();
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
    before: (rows) =>
      pickStreams(
        architecture,
        states,
        rows.map((row) => streamOf.get(positions[row]!)!),
      ),
    departures,
  };
}

interface Batch {
  readonly subject: Subject;
  readonly options: ContributionOptions;
  readonly program: Program;
  readonly state: NetworkState;
  /** Of the positions, those that the streams stand for; from `count` on they are padding. */
  readonly rows: readonly number[];
  readonly count: number;
}

/** Adds what a batch of positions says to what is found of each layer. */
async function addBatch(
  { subject, options, program, state, rows, count }: Batch,
  departures: readonly Float32Array[],
  found: readonly LayerContribution[],
): Promise<void> {
  const { architecture, sequence } = subject;
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
    const said = outputs[outputName(architecture)]!;
    found.forEach(({ changes, effects }, layer) => {
      const units = architecture.units[layer]!;
      const gradient = outputs[ownGradientName(layer)]!;
      for (let b = 0; b < count; b++) {
        const saidHere = said.subarray(b * architecture.outputs, (b + 1) * architecture.outputs);
        const { linear, square } = outcomes.worth(sum, at[b]!, saidHere);
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
