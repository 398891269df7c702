// How long each cell keeps what it holds, by its forget gate over the held-out text. The stored bytes would not do: close
// to 1, where memory is long, they are too coarse.
import type { CellHalfLife } from '../../artifacts/schema/evidence/half-life.ts';
import { halfLives } from '../../explain/half-life.ts';
import type { EvidencePart } from '../evidence.ts';

/** Decimals of a step that are worth keeping. */
const DECIMALS = 3;

const finite = (steps: number): number | null => (Number.isFinite(steps) ? Number(steps.toFixed(DECIMALS)) : null);

export const halfLife: EvidencePart = {
  name: 'halfLife',
  code: [
    'build/evidence/half-life.ts',
    ...['half-life.ts', 'reading.ts', 'sample.ts'].map((file) => `explain/${file}`),
  ],

  applies({ network }) {
    return network !== null && !network.card.architecture.bidirectional?.includes(true);
  },

  async measure({ engine, network, scores }) {
    const { card, parameters, sequence, starts } = network!;
    const subject = { engine, architecture: card.architecture, parameters, sequence, starts };
    const layers = await halfLives(subject, scores.positions);
    return {
      cells: layers
        .flatMap(({ cells }) => cells)
        .map(
          ({ steps, interval: [low, high] }): CellHalfLife => ({
            steps: finite(steps),
            interval: [finite(low), finite(high)],
          }),
        ),
    };
  },
};
