// How strongly a network's prediction, or one of its cells, depends on what it read some steps ago: gradient × input, averaged
// in absolute value over many positions, by lag. Every window starts in the state in which the network really is there.

import { InputError } from '../../base/errors.ts';
import { evenlySpaced } from '../../base/lists.ts';
import type { Inputs, Program } from '../../engines/engine.ts';
import { influenceComputation, type Scalar, scalarWidth } from '../../lstm/influence.ts';
import { outputName, type Window } from '../../lstm/names.ts';
import { type Architecture, namedValues, type Parameters } from '../../lstm/parameters.ts';
import { type NetworkState, stateToInputs } from '../../lstm/state.ts';
import { pickStreams } from '../../trace/streams.ts';
import { type Reader, statesBefore } from '../reading.ts';
import { type Estimate, estimate, requireForwards } from '../sample.ts';

/** One signal of one cell; layer and unit from 0. */
export interface CellTarget {
  readonly layer: number;
  readonly unit: number;
  readonly signal: 'h' | 'c';
}

export interface InfluenceOptions {
  /** The largest lag; the sequence must be longer. */
  readonly lags: number;
  /**
   * What is explained: a cell, or what the network predicts: of a softmax the logarithm of the likeliest, else the sum of
   * all outputs.
   */
  readonly target?: CellTarget | 'output';
  /** Positions that the mean is taken over, at most; evenly spaced over the sequence. */
  readonly count?: number;
  /** The states before {@link influenceStarts}, where they are at hand: they spare a reading of the sequence. */
  readonly states?: NetworkState;
}

export interface Influence extends Estimate {
  /** Steps between the input and what it has influence on; 0 is the input of that very step. */
  readonly lag: number;
}

const POSITIONS = 256;
/** Positions that are explained at once: all signals of all steps of all of them are in memory. */
const STREAMS = 32;

/**
 * Where the windows begin whose last steps {@link influenceByLag} explains.
 * @throws {InputError} for a sequence that is not longer than the largest lag
 */
export function influenceStarts({ sequence }: Reader, { lags, count = POSITIONS }: InfluenceOptions): number[] {
  if (sequence.length <= lags) {
    const what = `There are ${sequence.length} steps to read, too few for a lag of ${lags}.`;
    throw new InputError(what, {}, 'Give more to read, or ask for smaller lags.');
  }
  const all = Array.from({ length: sequence.length - lags }, (_, start) => start);
  return evenlySpaced(all, count);
}

/**
 * @returns for every lag from 0 on the mean of |x·∂s/∂x|, in units of what is explained
 * @throws {InputError} for a network that reads backwards too, and a sequence that is not longer than the largest lag
 */
export async function influenceByLag(reader: Reader, options: InfluenceOptions): Promise<Influence[]> {
  requireForwards(reader.architecture);
  const { engine, sequence } = reader;
  const { lags, target = 'output' } = options;
  const starts = influenceStarts(reader, options);
  const states = options.states ?? (await statesBefore(reader, starts));
  const network = target === 'output' ? reader : upTo(reader, target.layer);
  const { architecture, parameters } = network;
  const scalar: Scalar = target === 'output' ? 'output' : target.signal;
  const window = { steps: lags + 1, streams: Math.min(STREAMS, starts.length) };
  const computation = influenceComputation(architecture, window, scalar);
  const program = await engine.compile(computation, namedValues(architecture, parameters));
  const found = Array.from({ length: lags + 1 }, () => new Float64Array(starts.length));
  try {
    for (let first = 0; first < starts.length; first += window.streams) {
      const streams = Array.from({ length: window.streams }, (_, b) => Math.min(first + b, starts.length - 1));
      const own = streams.map((stream) => starts[stream]!);
      const state = pickStreams(architecture, states, streams);
      const read = { ...stateToInputs(state), ...sequence.inputs(own, window) };
      const weights = await chooseWeights(program, read, architecture, target, window);
      const { influence } = await program.run({ ...read, weights });
      streams.forEach((stream, b) => {
        for (let lag = 0; lag <= lags; lag++) {
          found[lag]![stream] = Math.abs(influence![(lags - lag) * window.streams + b]!);
        }
      });
    }
  } finally {
    await program.dispose();
  }
  return found.map((values, lag) => ({ lag, ...estimate(values) }));
}

/** The layers up to one of them, as a network without an output layer. */
function upTo(
  { architecture, parameters }: Reader,
  layer: number,
): { architecture: Architecture; parameters: Parameters } {
  const { hidden, outputActivation, ...rest } = architecture;
  const { embedding, layers, backward } = parameters;
  return {
    architecture: { ...rest, units: architecture.units.slice(0, layer + 1), outputs: 0 },
    parameters: {
      ...(embedding === undefined ? {} : { embedding }),
      layers: layers.slice(0, layer + 1),
      backward: backward.slice(0, layer + 1),
      dense: [],
    },
  };
}

/** What of the scalar's parts is summed, [B, width]: one cell, all outputs, or of a softmax the likeliest. */
async function chooseWeights(
  program: Program,
  read: Inputs,
  architecture: Architecture,
  target: CellTarget | 'output',
  { streams }: Window,
): Promise<Float32Array> {
  const width = scalarWidth(architecture, target === 'output' ? 'output' : target.signal);
  const weights = new Float32Array(streams * width);
  if (target !== 'output') {
    for (let b = 0; b < streams; b++) weights[b * width + target.unit] = 1;
    return weights;
  }
  if (architecture.outputs === 0 || outputName(architecture) !== 'logProbabilities') return weights.fill(1);
  const { last } = await program.run({ ...read, weights });
  for (let b = 0; b < streams; b++) {
    const row = last!.subarray(b * width, (b + 1) * width);
    weights[b * width + row.indexOf(Math.max(...row))] = 1;
  }
  return weights;
}
