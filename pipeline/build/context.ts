// How far back the model of a gallery looks: its held-out loss when only the last k characters are known.
import type { Engine } from '../engines/engine.ts';
import { lossByContext as loss } from '../explain/context.ts';
import { averages, placeWhere } from '../explain/effects.ts';
import { type Estimate, estimate } from '../explain/sample.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import type { Span } from '../text/positions.ts';
import type { Targets } from '../trace/targets.ts';

export interface ContextPoint {
  /** Characters known; null for all of the text before. */
  readonly characters: number | null;
  /** Nats a character. */
  readonly loss: number;
  readonly interval: [number, number];
}

/** Positions that are foreseen: as many as let the curve tell differences of a tenth of a nat. */
const POSITIONS = 1024;

/**
 * @param candidates positions of the text that may be foreseen, in order
 * @param losses the loss at every position with all before it known
 * @param paragraphs that tile the text: what is foreseen in one of them is no independent evidence
 */
export async function lossByContext(
  { targets, ...network }: { engine: Engine; architecture: Architecture; parameters: Parameters; targets: Targets },
  candidates: readonly number[],
  losses: ArrayLike<number>,
  paragraphs: readonly Span[],
): Promise<ContextPoint[]> {
  const average = (values: readonly number[], positions: readonly number[]): Estimate => {
    const [found] = averages(
      Float32Array.from(values),
      positions.length,
      placeWhere(positions, paragraphs, () => true),
    );
    const { mean, half } = found!;
    // Of so short a text that it has no three paragraphs to compare, the characters themselves must do.
    return Number.isFinite(half) ? { mean, interval: [mean - half, mean + half] } : estimate(values);
  };
  const options = { targets, candidates, losses, count: POSITIONS, average };
  const points = await loss({ ...network, sequence: targets.sequence }, options);
  return points.map(({ known, mean, interval }) => ({ characters: known, loss: mean, interval: [...interval] }));
}
