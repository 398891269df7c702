// Whether cells are special: what they add by their output h alone, beside as many random directions in the space of their
// layer's outputs. If any direction did as well, what is remembered would not be kept in single cells.
import { type CellPlace, layerSizes } from '../base/cell-ids.ts';
import { mixedRandom, normal } from '../base/random.ts';
import type { WindowAdding } from '../scoring/window/added.ts';
import { type SignalRows, shareOf } from '../statistics/added.ts';
import { AT_ONCE, createProjections } from '../statistics/projections.ts';
import { type SampledSignals, signalOf } from './kept-signals.ts';
import type { Directions } from './measured.ts';

/** Of the random directions. */
const DIRECTION_SEED = 1933;

/**
 * @param window the one that a memory must add to
 * @param bar the share that counts
 * @returns null where h is not among the signals
 */
export function compareDirections(
  cells: readonly CellPlace[],
  training: SampledSignals,
  judging: SampledSignals,
  window: WindowAdding,
  bar: number,
): { readonly outputs: Directions; readonly random: Directions } | null {
  if (!training.signals.includes('h')) return null;
  const outputs = cells.map((_, cell) => ({
    training: signalOf(training, cell, 'h'),
    judging: signalOf(judging, cell, 'h'),
  }));
  return {
    outputs: countAll(outputs, window, bar),
    random: countAll(randomDirections(outputs, layerSizes(cells)), window, bar),
  };
}

/** As many as each layer has cells. A direction's length does not matter to what it adds. */
function* randomDirections(outputs: readonly SignalRows[], layers: readonly number[]): Generator<SignalRows> {
  const random = mixedRandom(DIRECTION_SEED);
  let first = 0;
  for (const units of layers) {
    const own = outputs.slice(first, first + units);
    const onTraining = createProjections(own.map((rows) => rows.training));
    const onJudging = createProjections(own.map((rows) => rows.judging));
    for (let k = 0; k < units; k += AT_ONCE) {
      const directions = Array.from({ length: Math.min(AT_ONCE, units - k) }, () =>
        Float32Array.from({ length: units }, () => normal(random)),
      );
      const judging = onJudging(directions);
      for (const [index, training] of onTraining(directions).entries()) yield { training, judging: judging[index]! };
    }
    first += units;
  }
}

function countAll(directions: Iterable<SignalRows>, window: WindowAdding, bar: number): Directions {
  let [count, adding, most] = [0, 0, 0];
  for (const rows of directions) {
    let best = 0;
    for (const { hypothesis, alignment } of window.left) {
      const found = window.of(hypothesis, alignment);
      if (found === null || found.estimate(rows.training, bar) < bar / 2) continue;
      best = Math.max(best, shareOf(found.judge(rows)));
    }
    count += 1;
    if (best >= bar) adding += 1;
    most = Math.max(most, best);
  }
  return { count, adding, most };
}
