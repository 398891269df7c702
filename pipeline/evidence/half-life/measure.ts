// How long each cell keeps what it holds, by its forget gate over the held-out text. The stored bytes would not do: close
// to 1, where memory is long, they are too coarse.

import { isForwardLstm } from '../../lstm/parameters.ts';
import { type EvidenceMeasure, readerOf } from '../context.ts';
import { observe } from '../reading.ts';
import { halving, observeForgetGates, observeForgetting } from './half-life.ts';
import type { CellHalfLife } from './schema.ts';

/** Decimals of a step that are worth keeping. */
const DECIMALS = 3;
/** Steps that are waited for until half is gone; less where the segments of the held-out text are short. */
const HORIZON = 250;

const finite = (steps: number): number | null => (Number.isFinite(steps) ? Number(steps.toFixed(DECIMALS)) : null);

export const halfLife: EvidenceMeasure<CellHalfLife> = {
  module: import.meta.url,

  applies: ({ network }) => network !== null && isForwardLstm(network.card.architecture),

  async measure(context) {
    const { positions } = context.scores;
    const reader = readerOf(context);
    const forgetting = observeForgetting(reader, positions);
    const forgetGates = observeForgetGates(reader, positions);
    await observe(reader, [forgetting, forgetGates], undefined, positions);
    const runs = consecutive(positions);
    const longest = Math.max(...runs.map(({ start, end }) => end - start));
    const horizon = Math.min(HORIZON, Math.floor(longest / 2));
    return {
      cells: forgetting.halfLives().flatMap(({ cells }, layer) =>
        cells.map(({ unit, steps, interval: [low, high] }): CellHalfLife => {
          const gates = forgetGates.gates(layer, unit);
          const inRuns = runs.map(({ start, end }) => gates.subarray(start, end));
          const halved = halving(inRuns, horizon);
          return {
            steps: finite(steps),
            interval: [finite(low), finite(high)],
            halved: halved === null ? null : { horizon, ...halved },
          };
        }),
      ),
    };
  },
};

/** Rows [start, end) of positions that follow each other without a gap. */
function consecutive(positions: readonly number[]): { start: number; end: number }[] {
  const starts = positions.flatMap((position, row) => (row > 0 && position === positions[row - 1]! + 1 ? [] : [row]));
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? positions.length }));
}
