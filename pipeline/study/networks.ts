// The networks that a study measures, and where the weights of each come from.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import type { StudyNetwork } from '../contract/study.ts';
import { hashFile } from '../files/hash.ts';
import type { NetworkGallery } from '../gallery/network.ts';
import { TWIN_SEED, twinOf } from '../gallery/twin.ts';
import type { Parameters } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';
import { type Card, readModel } from '../models/formats/own/card.ts';
import { readParameters, readStarts } from '../models/formats/own/parameters.ts';
import { stepsOfBest } from '../training/checkpoint.ts';
import type { Configuration } from '../training/configuration.ts';
import { isTrained, type StudyRun, stepFile } from './runs.ts';

/** A network before it is measured. */
export interface Candidate extends Pick<StudyNetwork, 'id' | 'kind' | 'seed' | 'step' | 'weights'> {
  load(): { readonly parameters: Parameters; readonly starts?: NetworkState | undefined };
}

export interface TrainedRun extends StudyRun {
  readonly folder: string;
}

/** The gallery's own network, the untrained one, and the trained runs, each with the weights that it kept on the way. */
export function listNetworks(
  network: NetworkGallery,
  configuration: Configuration,
  runs: readonly TrainedRun[],
): Candidate[] {
  const { card, parameters, starts } = network;
  const own: Candidate = {
    id: `seed-${configuration.seed}`,
    kind: 'seed',
    seed: configuration.seed,
    step: null,
    weights: card.weights.sha256,
    load: () => ({ parameters, starts }),
  };
  const untrained: Candidate = {
    id: 'untrained',
    kind: 'untrained',
    seed: TWIN_SEED,
    step: 0,
    weights: null,
    load: () => ({ parameters: twinOf(network) }),
  };
  return [own, untrained, ...runs.flatMap((run) => networksOfRun(network, configuration, run))];
}

/** None where nothing of the run is there yet. */
function networksOfRun(network: NetworkGallery, configuration: Configuration, run: TrainedRun): Candidate[] {
  const { id, seed, steps, folder } = run;
  const { architecture } = network.card;
  const kept = steps
    .map((step) => ({ step, file: stepFile(folder, step) }))
    .filter(({ file }) => existsSync(file))
    .map(
      ({ step, file }): Candidate => ({
        id: `${id}-step-${step}`,
        kind: 'step',
        seed,
        step,
        weights: hashFile(file),
        load: () => ({ parameters: readParameters(file, architecture) }),
      }),
    );
  return isTrained(folder) ? [trainedNetwork(network, configuration, run), ...kept] : kept;
}

function trainedNetwork(network: NetworkGallery, configuration: Configuration, run: TrainedRun): Candidate {
  const { id, seed, shuffle, folder } = run;
  const { card, parameters } = readModel(folder);
  checkRun(card, network.card, { ...configuration, seed }, folder);
  const of = { weights: card.weights.sha256, text: network.labelled.texts.join('') };
  return {
    id,
    kind: shuffle === null ? 'seed' : 'shuffled',
    seed,
    step: stepsOfBest(join(folder, 'checkpoints', 'last.safetensors')),
    weights: card.weights.sha256,
    load: () => ({ parameters, starts: readStarts(folder, of, card.architecture) }),
  };
}

/** @throws InputError a network of another shape or vocabulary, or one that another configuration made */
function checkRun(card: Card, own: Card, configuration: Configuration, folder: string): void {
  const file = join(folder, 'card.md');
  const refuse = (what: string) => {
    throw new InputError(what, { file }, 'Name the weights of this very run, or let the study train them.');
  };
  if (card.vocabulary.join('') !== own.vocabulary.join(''))
    refuse('The model reads other characters than the gallery.');
  for (const [name, value] of Object.entries(configuration)) {
    const wanted = Array.isArray(value) ? value.join(', ') : value;
    if (card.run[name] === wanted) continue;
    refuse(
      `The model was trained with ${name} ${String(card.run[name] ?? 'unknown')}, and the study asks for ${wanted}.`,
    );
  }
}
