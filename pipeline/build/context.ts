// How far back the model of a gallery looks: its held-out loss when only the last k characters are known.
import type { Engine } from '../engines/engine.ts';
import { lossByContext as loss } from '../explain/context.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import type { Targets } from '../trace/targets.ts';

export interface ContextPoint {
  /** Characters known; null for all of the text before. */
  readonly characters: number | null;
  /** Nats a character. */
  readonly loss: number;
  readonly interval: [number, number];
}

/**
 * @param candidates positions of the text that may be foreseen, in order
 * @param losses the loss at every position with all before it known
 */
export async function lossByContext(
  { targets, ...network }: { engine: Engine; architecture: Architecture; parameters: Parameters; targets: Targets },
  candidates: readonly number[],
  losses: ArrayLike<number>,
): Promise<ContextPoint[]> {
  const points = await loss({ ...network, sequence: targets.sequence }, { targets, candidates, losses });
  return points.map(({ known, mean, interval }) => ({ characters: known, loss: mean, interval: [...interval] }));
}
