// A gallery whose cells a network of this project computes, with all that its scoring needs.
import { join } from 'node:path';
import { loadLabelled, type ModelGallery } from '../content/content.ts';
import { FOLDERS, modelFolder } from '../content/files.ts';
import type { LabelledDataset, StepInputs } from '../datasets/dataset.ts';
import { kindOf } from '../datasets/kinds.ts';
import type { Tokeniser } from '../datasets/tokens/tokeniser.ts';
import { type Parameters, readsNumbers } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';
import { type Card, readModel } from '../models/formats/own/card.ts';
import { readStarts } from '../models/formats/own/parameters.ts';
import { type Sequence, sequenceOf, type Targets, targetsOf } from '../trace/targets.ts';
import { type Scaling, scalingFor } from '../training/scaling.ts';

export interface NetworkGallery {
  readonly gallery: ModelGallery;
  readonly labelled: LabelledDataset;
  readonly card: Card;
  readonly parameters: Parameters;
  /** What cuts its text, where it reads tokens. */
  readonly tokeniser?: Tokeniser;
  /** The dataset as the network is given it. */
  readonly inputs: StepInputs;
  readonly sequence: Sequence;
  /** What the network predicts; null where it says something else, such as a class. */
  readonly targets: Targets | null;
  /** Where the streams start that read all of it, where that is known. */
  readonly starts: NetworkState | undefined;
  /** What the network's weights were trained under, which fresh ones take over; null where it reads no numbers. */
  readonly scaling: Scaling | null;
}

/**
 * @param hypotheses ids; the gallery's own where left out
 * @throws InputError unknown ids, broken files, a model that is not trained or does not read this
 */
export function loadNetworkGallery(
  content: string,
  gallery: ModelGallery,
  hypotheses?: readonly string[],
): NetworkGallery {
  const labelled = loadLabelled(content, gallery, hypotheses);
  const folder = modelFolder(content, gallery.model);
  const { card, parameters, tokeniser } = readModel(folder);
  const { architecture, weights } = card;
  const inputs = kindOf(labelled).inputs(labelled, {
    model: gallery.model,
    vocabulary: card.vocabulary,
    ...(card.features === undefined ? {} : { features: card.features }),
    inputs: architecture.inputs,
    readsNumbers: readsNumbers(architecture),
    file: join(content, FOLDERS.gallery, `${gallery.id}.md`),
  });
  const scaling = scalingFor(inputs, labelled.blocks);
  return {
    gallery,
    labelled,
    card,
    parameters,
    ...(tokeniser === undefined ? {} : { tokeniser }),
    inputs,
    sequence: sequenceOf(inputs, kindOf(labelled).words.steps),
    targets: targetsOf(inputs, architecture, scaling?.deviations),
    starts: readStarts(folder, { weights: weights.sha256, text: labelled.texts.join('') }, architecture),
    scaling,
  };
}
