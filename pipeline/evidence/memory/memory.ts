// What the three measures of memory need of a reading of the sequence, from one reading for all of them.
import type { NetworkState } from '../../lstm/state.ts';
import { observeStates } from '../../trace/observers.ts';
import { pickStreams } from '../../trace/streams.ts';
import { type LayerHalfLives, observeForgetting } from '../half-life/half-life.ts';
import { observe, type Reader } from '../reading.ts';
import { requireForwards } from '../sample.ts';
import { type ContextOptions, contextPositions } from './context.ts';
import { type InfluenceOptions, influenceStarts } from './influence.ts';

/**
 * @param influence as `influenceByLag` will be given them, with whatever target
 * @param context as `lossByContext` will be given them
 * @param progress called for every step read
 * @returns the `states` of {@link InfluenceOptions} and of {@link ContextOptions}, and half-lives, a layer each
 * @throws {InputError} for a network that reads backwards too, and a sequence that is not longer than the largest lag
 */
export async function readForMemory(
  reader: Reader,
  influence: InfluenceOptions,
  context: ContextOptions,
  progress?: (steps: number) => void,
): Promise<{ influenceStates: NetworkState; contextStates: NetworkState; halfLives: LayerHalfLives[] }> {
  requireForwards(reader.architecture);
  const starts = influenceStarts(reader, influence);
  const lastSteps = contextPositions(reader, context).map((position) => position - 1);
  const { states, ...observer } = observeStates(reader, [...starts, ...lastSteps]);
  const forgetting = observeForgetting(reader);
  await observe(reader, [observer, forgetting], progress);
  const after = lastSteps.map((_, k) => starts.length + k);
  return {
    influenceStates: pickStreams(reader.architecture, states, [...starts.keys()]),
    contextStates: pickStreams(reader.architecture, states, after),
    halfLives: forgetting.halfLives(),
  };
}
