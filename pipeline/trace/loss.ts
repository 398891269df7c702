// Cross-entropy at every position of a text, in one stateful pass.
import { stateFromOutputs, zeroState } from '../lstm/state.ts';
import { type Reading, type ReadWindow, readText } from './read.ts';
import { characterSequence } from './sequence.ts';
import { compileReading, runWindow } from './streams.ts';

/** What {@link positionLosses} needs of a reading. */
export interface LossReading extends Pick<Reading, 'engine' | 'architecture' | 'parameters'> {
  /** Numbers of the text's characters in the vocabulary. */
  readonly ids: Int32Array;
}

/** Losses of a text's characters before any is known, [length]: NaN, so that a mean over a missing one shows. */
export function unknownLosses(length: number): Float32Array {
  return new Float32Array(length).fill(Number.NaN);
}

/**
 * Enters what a window tells: −ln p(character t | all characters before it), in nats, at the position of t. Nothing
 * foresees the first character, whose entry stays NaN.
 * @param outputs width of the dense layer
 */
export function enterLosses(losses: Float32Array, ids: Int32Array, outputs: number, window: ReadWindow): void {
  const logProbabilities = window.outputs.logProbabilities!;
  for (const { stream, start, length } of window.pieces) {
    for (let t = 0; t < length && start + t + 1 < ids.length; t++) {
      const row = (t * window.streams + stream) * outputs;
      losses[start + t + 1] = -logProbabilities[row + ids[start + t + 1]!]!;
    }
  }
}

/** The loss at every position of a text, in one stateful pass, [length]. */
export async function positionLosses(reading: LossReading): Promise<Float32Array> {
  const { ids, architecture } = reading;
  const losses = unknownLosses(ids.length);
  await readText({
    ...reading,
    sequence: characterSequence(ids),
    signals: false,
    begin() {},
    window: (window) => enterLosses(losses, ids, architecture.outputs, window),
  });
  return losses;
}

/** A stretch [start, end) of the text. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Mean over the positions of the stretches; position 0 is left out, for nothing foresees it. */
export function meanLoss(losses: Float32Array, stretches: readonly Stretch[]): number {
  let sum = 0;
  let count = 0;
  for (const { start, end } of stretches) {
    for (let t = Math.max(1, start); t < end; t++) {
      sum += losses[t]!;
      count += 1;
    }
  }
  return sum / count;
}

const STEPS = 100;

/**
 * The mean loss of a few stretches without reading all the text: each is a stream that starts from the zero state
 * at most `runUp` characters before it. A quick stand-in for {@link positionLosses} between two epochs.
 */
export async function quickLoss(reading: LossReading, stretches: readonly Stretch[], runUp: number): Promise<number> {
  const { engine, architecture, ids } = reading;
  const layout = { steps: STEPS, streams: stretches.length };
  const program = await compileReading(engine, reading, layout, false);
  const longest = Math.max(...stretches.map(({ start, end }) => end - start));
  const losses = new Float32Array(ids.length);
  const first = Math.min(runUp, ...stretches.map(({ start }) => start));
  let state = zeroState(architecture, layout.streams);
  const sequence = characterSequence(ids);
  try {
    for (let offset = -first; offset < longest; offset += STEPS) {
      const positions = stretches.map(({ start }) => start + offset);
      const outputs = await runWindow(program, sequence, layout, positions, state);
      state = stateFromOutputs(architecture, outputs);
      positions.forEach((position, stream) => {
        for (let t = 0; t < STEPS && position + t + 1 < ids.length; t++) {
          const row = (t * layout.streams + stream) * architecture.outputs;
          losses[position + t + 1] = -outputs.logProbabilities![row + ids[position + t + 1]!]!;
        }
      });
    }
  } finally {
    await program.dispose();
  }
  return meanLoss(losses, stretches);
}
