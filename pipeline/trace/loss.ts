// How wrong a network is at every position of a sequence, in one stateful pass.
import type { Span } from '../base/positions.ts';
import { outputName } from '../lstm/names.ts';
import { type NetworkState, stateFromOutputs, zeroState } from '../lstm/state.ts';
import { type Reading, type ReadWindow, readText } from './read.ts';
import { compileReading, runWindow } from './streams.ts';
import type { Targets } from './targets.ts';

/** What {@link positionLosses} needs of a reading. */
export interface LossReading extends Pick<Reading, 'engine' | 'architecture' | 'parameters' | 'progress'> {
  readonly targets: Targets;
}

/** Losses of a sequence's steps before any is known, [length]: NaN, so that a mean over a missing one shows. */
export function unknownLosses(length: number): Float32Array {
  return new Float32Array(length).fill(Number.NaN);
}

/**
 * Enters what a window tells of the steps after its own, each at its position. Nothing predicts the first step, whose
 * entry stays NaN.
 * @param prediction what the network predicts of each step, [rows, outputs]
 */
export function enterLosses(
  losses: Float32Array,
  targets: Targets,
  { streams, segments }: Pick<ReadWindow, 'streams' | 'segments'>,
  prediction: Float32Array,
) {
  for (const { stream, start, length } of segments) {
    for (let t = 0; t < length && start + t + 1 < losses.length; t++) {
      losses[start + t + 1] = targets.loss(prediction, t * streams + stream, start + t + 1);
    }
  }
}

/** The loss at every position, in one stateful pass, [length]. */
export async function positionLosses(reading: LossReading): Promise<Float32Array> {
  return (await readLosses(reading)).losses;
}

/** The same, and where the reading's streams started. */
export async function readLosses(reading: LossReading): Promise<{ losses: Float32Array; starts: NetworkState }> {
  const { targets, architecture } = reading;
  const { sequence } = targets;
  const losses = unknownLosses(sequence.length);
  const { starts } = await readText({
    ...reading,
    sequence,
    signals: false,
    begin() {},
    window: (window) => enterLosses(losses, targets, window, window.outputs[outputName(architecture)]!),
  });
  return { losses, starts };
}

/** Mean over the positions of the segments; position 0 is left out, for nothing predicts it. */
export function meanLoss(losses: Float32Array, segments: readonly Span[]): number {
  let sum = 0;
  let count = 0;
  for (const { start, end } of segments) {
    for (let t = Math.max(1, start); t < end; t++) {
      sum += losses[t]!;
      count += 1;
    }
  }
  return sum / count;
}

const STEPS = 100;

/**
 * The mean loss of a few segments without reading all of the sequence: each is a stream that starts from the zero state
 * at most `runUp` steps before it. A quick stand-in for {@link positionLosses} between two epochs.
 */
export async function quickLoss(reading: LossReading, segments: readonly Span[], runUp: number): Promise<number> {
  const { engine, architecture, targets } = reading;
  const { sequence } = targets;
  const layout = { steps: STEPS, streams: segments.length };
  const program = await compileReading(engine, reading, layout, false);
  const longest = Math.max(...segments.map(({ start, end }) => end - start));
  const losses = new Float32Array(sequence.length);
  const first = Math.min(runUp, ...segments.map(({ start }) => start));
  let state = zeroState(architecture, layout.streams);
  try {
    for (let offset = -first; offset < longest; offset += STEPS) {
      const positions = segments.map(({ start }) => start + offset);
      const outputs = await runWindow(program, sequence, layout, positions, state);
      state = stateFromOutputs(architecture, outputs);
      const prediction = outputs[outputName(architecture)]!;
      const read = positions.map((start, stream) => ({ stream, start, length: STEPS }));
      enterLosses(losses, targets, { streams: layout.streams, segments: read }, prediction);
    }
  } finally {
    await program.dispose();
  }
  return meanLoss(losses, segments);
}
