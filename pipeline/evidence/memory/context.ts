// How much of what it has read a network needs: how wrong it is when everything older than a few steps is cut off, as
// Khandelwal, He, Qi and Jurafsky (2018, "Sharp nearby, fuzzy far away") measured language models.

import { evenlySpaced } from '../../base/lists.ts';
import { outputName, signalName } from '../../lstm/names.ts';
import type { Architecture } from '../../lstm/parameters.ts';
import { type NetworkState, zeroState } from '../../lstm/state.ts';
import type { Targets } from '../../trace/targets.ts';
import { type Reader, statesBefore } from '../reading.ts';
import { type Estimate, estimate, requireForwards } from '../sample.ts';
import { lastStepsReader } from './last-steps.ts';

/** Numbers of steps that are known, where nothing else is asked for. */
const KNOWN: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128];
/** Positions that a mean is taken over, where nothing else is asked for. */
const POSITIONS = 256;

export interface ContextOptions {
  /**
   * What follows each step: then the loss is the one that its `loss` gives, of the next character in nats or of the next
   * numbers squared. Left out, it is the mean squared difference from what the network predicts when it knows everything.
   */
  readonly targets?: Targets;
  /** Numbers of steps that are known, ascending. */
  readonly known?: readonly number[];
  /** Positions that may be predicted, ascending, each from the steps before it; all of them where left out. */
  readonly candidates?: readonly number[];
  /** How many of them to take at most, evenly spaced. */
  readonly count?: number;
  /** The loss at every position with all before it known, where it is at hand: it spares a reading of the sequence. */
  readonly losses?: ArrayLike<number>;
  /** So do the states before the last steps that come before {@link contextPositions}. */
  readonly states?: NetworkState;
  /** The mean of the losses at the positions, and how well it is known; as though they were independent where left out. */
  readonly average?: (losses: readonly number[], positions: readonly number[]) => Estimate;
}

export interface ContextPoint extends Estimate {
  /** Steps known; null for all of them from the beginning of the sequence. */
  readonly known: number | null;
}

/**
 * The mean loss over the same positions for each number of known steps, the state before them being zero.
 * @returns in the order of `known`, and last of all with everything known; nothing where fewer than two positions have
 *   enough steps before them
 * @throws {InputError} for a network that reads backwards too
 */
export async function lossByContext(reader: Reader, options: ContextOptions = {}): Promise<ContextPoint[]> {
  requireForwards(reader.architecture);
  const { targets, known = KNOWN, losses, states, average = estimate } = options;
  const positions = contextPositions(reader, options);
  if (positions.length < 2) return [];
  const lastSteps = positions.map((position) => position - 1);
  const needsAll = losses === undefined || targets === undefined;
  const predictions = predictor(reader, positions);
  try {
    const before = async () => states ?? (await statesBefore(reader, lastSteps));
    const full = needsAll ? await predictions.predict(1, await before()) : undefined;
    const lossOf = lossMeasure(reader, targets, positions, full);
    const points: ContextPoint[] = [];
    for (const steps of known) {
      const prediction = await predictions.predict(steps, zeroState(reader.architecture, positions.length));
      const found = positions.map((_, stream) => lossOf(prediction, stream));
      points.push({ known: steps, ...average(found, positions) });
    }
    const all = positions.map((position, stream) => (full === undefined ? losses![position]! : lossOf(full, stream)));
    points.push({ known: null, ...average(all, positions) });
    return points;
  } finally {
    await predictions.dispose();
  }
}

/**
 * The positions that {@link lossByContext} predicts: enough steps come before each; where there is nothing to predict,
 * the sequence's end is one too.
 */
export function contextPositions({ sequence }: Reader, options: ContextOptions): number[] {
  const { targets, known = KNOWN, candidates, count = POSITIONS } = options;
  const end = targets === undefined ? sequence.length + 1 : sequence.length;
  const all = candidates ?? Array.from({ length: end }, (_, position) => position);
  const usable = all.filter((position) => position >= Math.max(1, ...known) && position < end);
  return evenlySpaced(usable, count);
}

/** Predicts some positions, all of them side by side. */
function predictor(reader: Reader, positions: readonly number[]) {
  const { architecture } = reader;
  const hasOutput = architecture.outputs > 0;
  const name = hasOutput ? outputName(architecture) : signalName(architecture.units.length - 1, 'h');
  const { read, dispose } = lastStepsReader(reader, positions, !hasOutput);
  return {
    /** What the network predicts for each position after reading `steps` steps before it, [positions, outputs]. */
    predict: async (steps: number, start: NetworkState) => (await read(steps, start)).output(name),
    dispose,
  };
}

/** The loss at a position, from the predictions for all of them. */
function lossMeasure(
  { architecture }: { readonly architecture: Architecture },
  targets: Targets | undefined,
  positions: readonly number[],
  full: Float32Array | undefined,
): (prediction: Float32Array, stream: number) => number {
  if (targets !== undefined) return (prediction, stream) => targets.loss(prediction, stream, positions[stream]!);
  const isLogarithm = architecture.outputs > 0 && (architecture.outputActivation ?? 'softmax') === 'softmax';
  const value = isLogarithm ? Math.exp : (prediction: number) => prediction;
  return (prediction, stream) => {
    const width = prediction.length / positions.length;
    let squares = 0;
    for (let k = stream * width; k < (stream + 1) * width; k++)
      squares += (value(prediction[k]!) - value(full![k]!)) ** 2;
    return squares / width;
  };
}
