// How far back the model looks: its held-out loss when only the last k characters are known.
import type { Engine } from '../engines/engine.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import { zeroState } from '../lstm/state.ts';
import { characterSequence } from '../trace/sequence.ts';
import { compileReading, runWindow } from '../trace/streams.ts';

/** Numbers of characters that are known; the state before them is zero. */
const KNOWN = [1, 2, 4, 8, 16, 32, 64, 128];
/** Positions that the loss is averaged over, evenly spaced. */
const POSITIONS = 256;

export interface ContextPoint {
  /** Characters known; null for all of the text before. */
  readonly characters: number | null;
  /** Nats a character. */
  readonly loss: number;
  readonly interval: [number, number];
}

/** Mean and its 95% interval by the normal approximation. */
function summarise(characters: number | null, losses: readonly number[]): ContextPoint {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (losses.length - 1);
  const half = 1.96 * Math.sqrt(variance / losses.length);
  return { characters, loss: mean, interval: [mean - half, mean + half] };
}

/**
 * @param candidates positions of the text that may be foreseen, in order
 * @param losses the loss at every position with all before it known
 */
export async function lossByContext(
  network: { engine: Engine; architecture: Architecture; parameters: Parameters; ids: Int32Array },
  candidates: readonly number[],
  losses: ArrayLike<number>,
): Promise<ContextPoint[]> {
  const { engine, architecture, ids } = network;
  const sequence = characterSequence(ids);
  const usable = candidates.filter((position) => position >= Math.max(...KNOWN));
  const count = Math.min(POSITIONS, usable.length);
  if (count < 2) return [];
  const positions = Array.from({ length: count }, (_, k) => usable[Math.floor((k * usable.length) / count)]!);
  const points: ContextPoint[] = [];
  for (const steps of KNOWN) {
    const window = { steps, streams: count };
    const program = await compileReading(engine, network, window, false);
    const starts = positions.map((position) => position - steps);
    const outputs = await runWindow(program, sequence, window, starts, zeroState(architecture, count));
    await program.dispose();
    const lastRow = (steps - 1) * count;
    const found = positions.map(
      (position, stream) => -outputs.logProbabilities![(lastRow + stream) * architecture.outputs + ids[position]!]!,
    );
    points.push(summarise(steps, found));
  }
  points.push(
    summarise(
      null,
      positions.map((position) => losses[position]!),
    ),
  );
  return points;
}
