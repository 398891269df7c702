// How much each step's loss would change if a cell were clamped, estimated for all cells at once: to first order it is the
// gradient of the loss by the cell's h at each step before, times what clamping changes h by there, summed over these steps
// (as in attribution patching: Nanda 2023; Syed, Rager and Conmy 2023).
//
// Every predicted step is a stream of its own, which goes back from its loss step by step. So there is an estimate for each
// cell at each step, and whatever is asked of some of the steps can be asked of the estimates too.
import type { LstmSignal } from '../../base/signals.ts';
import type { Outputs } from '../../engines/engine.ts';
import { signalName } from '../../lstm/names.ts';
import type { Computation } from '../../lstm/ops.ts';
import { namedValues } from '../../lstm/parameters.ts';
import {
  hGradientName,
  leftName,
  ownName,
  ownWeights,
  predictionBackComputation,
  previousName,
  READ_BACK,
  stepBackComputation,
  takenName,
} from '../../lstm/step-back.ts';
import type { Targets } from '../../trace/targets.ts';
import type { Reader } from '../reading.ts';
import type { Recorded } from './recorded.ts';

/** Steps that are gone back: what clamping a cell longer before changes, in the network that read Alice, is less than a hundredth. */
export const STEPS_BACK = 20;
/** Predicted steps that are gone back from at once. */
const STREAMS = 256;

/** Of the loss at each predicted step, for each cell, layer by layer, [cells, positions]. */
export interface Sensitivities {
  /** The loss, [positions]. */
  readonly losses: Float32Array;
  /** How much it curves beside its squared slope, as `Targets` has it, [positions]. */
  readonly curvatures: Float32Array;
  /** Σ of the gradients by its h at the steps before: what one more in h at all of them would change. */
  readonly byOne: Float32Array;
  /** Σ of the same times h. */
  readonly byH: Float32Array;
}

type Network = Pick<Reader, 'engine' | 'architecture' | 'parameters'>;

/**
 * @param recorded of all steps from {@link STEPS_BACK} + 1 before the first position on, as far as there are any
 * @param positions that are predicted
 * @param progress called with how many steps more have been gone back
 */
export async function measureSensitivities(
  network: Network,
  recorded: Recorded,
  targets: Targets,
  positions: readonly number[],
  progress: (steps: number) => void = () => {},
): Promise<Sensitivities> {
  const { units } = network.architecture;
  const size = units.reduce((sum, count) => sum + count, 0) * positions.length;
  const found = {
    losses: new Float32Array(positions.length),
    curvatures: new Float32Array(positions.length),
    byOne: new Float32Array(size),
    byH: new Float32Array(size),
  };
  const streams = Math.min(STREAMS, positions.length);
  const back = await compileBack(network, recorded, targets, streams);
  try {
    for (let first = 0; first < positions.length; first += streams) {
      const batch = positions.slice(first, first + streams);
      const sums = units.map(
        (count) => [new Float32Array(streams * count), new Float32Array(streams * count)] as const,
      );
      let left = await back.start(batch);
      batch.forEach((position, stream) => {
        found.losses[first + stream] = targets.loss(left.prediction!, stream, position);
        found.curvatures[first + stream] = targets.curvature(left.prediction!, stream, position);
      });
      for (let steps = 1; steps <= STEPS_BACK; steps++) {
        left = await back.step(batch, steps, left);
        sums.forEach(([byOne, byH], layer) => {
          const gradient = left[hGradientName(layer)]!;
          const h = back.rows('h', layer, batch, steps);
          for (let k = 0; k < gradient.length; k++) {
            byOne[k]! += gradient[k]!;
            byH[k]! += gradient[k]! * h[k]!;
          }
        });
        progress(batch.length);
      }
      let cell = 0;
      sums.forEach(([byOne, byH], layer) => {
        for (let unit = 0; unit < units[layer]!; unit++, cell++) {
          for (let stream = 0; stream < batch.length; stream++) {
            const to = cell * positions.length + first + stream;
            found.byOne[to] = byOne[stream * units[layer]! + unit]!;
            found.byH[to] = byH[stream * units[layer]! + unit]!;
          }
        }
      });
    }
  } finally {
    await back.dispose();
  }
  return found;
}

/** What goes back from the losses at some positions, a stream each; streams that are left over stand at no step. */
async function compileBack(network: Network, { layers, rowOf }: Recorded, targets: Targets, streams: number) {
  const { engine, architecture, parameters } = network;
  const { units, outputs } = architecture;
  const last = units.length - 1;
  const values = namedValues(architecture, parameters);
  parameters.layers.forEach((layer, index) => {
    values[ownName(index)] = ownWeights(layer);
  });
  const compile = (computation: Computation) => {
    const used = Object.entries(values).filter(([name]) => name in computation.inputs);
    return engine.compile(computation, Object.fromEntries(used));
  };
  const ofPrediction = await compile(predictionBackComputation(architecture, streams));
  const ofStep = await compile(stepBackComputation(architecture, streams));
  const above = new Float32Array(streams * units[last]!);

  /** What was recorded so many steps before each position. */
  const rows = (signal: LstmSignal, layer: number, positions: readonly number[], steps: number): Float32Array => {
    const width = units[layer]!;
    const gathered = new Float32Array(streams * width);
    positions.forEach((position, stream) => {
      const row = rowOf(position - steps);
      gathered.set(layers[layer]![signal].subarray(row * width, (row + 1) * width), stream * width);
    });
    return gathered;
  };
  return {
    rows,
    async start(positions: readonly number[]): Promise<Outputs> {
      const h = rows('h', last, positions, 1);
      const weights = new Float32Array(streams * outputs);
      const { prediction } = await ofPrediction.run({ h, weights });
      for (const [stream, position] of positions.entries())
        targets.lossGradient(prediction!, stream, position, weights);
      return ofPrediction.run({ h, weights });
    },
    async step(positions: readonly number[], steps: number, left: Outputs): Promise<Outputs> {
      const inputs = units.flatMap((width, layer): [string, Float32Array][] => [
        ...READ_BACK.map((signal): [string, Float32Array] => [
          signalName(layer, signal),
          rows(signal, layer, positions, steps),
        ]),
        [previousName(layer), rows('c', layer, positions, steps + 1)],
        [takenName(layer, 'dz'), left[leftName(layer, 'dz')] ?? new Float32Array(streams * 4 * width)],
        [takenName(layer, 'dc'), left[leftName(layer, 'dc')] ?? new Float32Array(streams * width)],
      ]);
      return ofStep.run({ above: left.above ?? above, ...Object.fromEntries(inputs) });
    },
    async dispose() {
      await ofPrediction.dispose();
      await ofStep.dispose();
    },
  };
}

/**
 * What clamping each cell changes of the loss, estimated: to the first order x the second is added as far as the loss itself
 * curves, x + r·x²/2. What is known of the direction in which the prediction moves is x alone, so that the curvature is taken
 * to be r times the square of the slope, as it is on average over directions. (Averaged over what the network expects too it is
 * Fisher's information, by which Theis, Korshunova, Tejani and Huszár 2018 prune.) Without it, all that is lost on average
 * would be missed: where a network is right about how likely everything is, x is 0 on average whatever is clamped.
 * @param values what each cell's h is clamped to
 * @returns [cells, positions]
 */
export function estimatedChanges({ byOne, byH, curvatures }: Sensitivities, values: ArrayLike<number>): Float32Array {
  const width = curvatures.length;
  return byOne.map((slope, k) => {
    const x = values[Math.floor(k / width)]! * slope - byH[k]!;
    return x + (curvatures[k % width]! * x * x) / 2;
  });
}
