// Other streams than a training.yaml names: how many suit a device, and what else changes with them.
import type { Span } from '../base/positions.ts';
import { type Configuration, EPOCH_STEPS } from './configuration.ts';

/** A GPU computes so many nearly as fast as fewer; a processor takes twice as long for twice as many. */
const STREAMS_ON_GPU = 256;

/**
 * As many streams as the device computes at little more than the cost of those that are configured: on a GPU up to 256,
 * doubled as long as an epoch keeps thirty steps, and on a processor none more.
 * @param device of the engine
 * @param runs the text that is trained on
 */
export function streamsFor(device: string, { steps, streams }: Configuration, runs: readonly Span[]): number {
  if (device !== 'cuda' && device !== 'webgpu') return streams;
  const characters = runs.reduce((sum, { start, end }) => sum + end - start, 0);
  let more = streams;
  while (2 * more <= STREAMS_ON_GPU && 2 * more * steps * EPOCH_STEPS <= characters) more *= 2;
  return more;
}

/**
 * The same run in other streams. A step that reads k times as much has a gradient with less noise, and takes √k times the
 * learning rate, as Adam's steps should (Malladi, Lyu, Panigrahi and Arora 2022); the average of the weights goes over as
 * much text as before. The number of epochs stays, so that there are a k-th of the steps.
 */
export function inStreams(configuration: Configuration, streams: number): Configuration {
  const more = streams / configuration.streams;
  const { learningRate, finalLearningRate, averageDecay } = configuration;
  if (more === 1) return configuration;
  return {
    ...configuration,
    streams,
    learningRate: learningRate * Math.sqrt(more),
    finalLearningRate: finalLearningRate * Math.sqrt(more),
    averageDecay: averageDecay ** more,
  };
}
