// A gallery whose cells a network of this project computes, with all that its scoring needs: of a text or of a series.
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import type { ModelGallery, SeriesGallery } from '../content/content.ts';
import { FOLDERS } from '../content/files.ts';
import { loadSeries, loadSeriesHypotheses, type SeriesContent } from '../content/series.ts';
import { labelSeries } from '../datasets/series/labels.ts';
import { gradedRows, lengthOf, periods, seriesBlocks } from '../datasets/series/series.ts';
import type { Parameters } from '../lstm/parameters.ts';
import type { NetworkState } from '../lstm/state.ts';
import { type Card, readModel } from '../models/formats/own/card.ts';
import { readStarts } from '../models/formats/own/parameters.ts';
import type { ScoredText } from '../scoring/plan/division.ts';
import {
  characterSequence,
  characterTargets,
  numberSequence,
  numberTargets,
  type Sequence,
  type Targets,
} from '../trace/targets.ts';
import { type Scaling, scalingOf } from '../training/scaling.ts';
import {
  type LabelledGallery,
  type LabelledText,
  lengthOfTraining,
  loadLabelledGallery,
  loadModel,
  modelFolder,
} from './labelled.ts';

export interface NetworkGallery {
  readonly gallery: ModelGallery | SeriesGallery;
  readonly labelled: LabelledText;
  /** The same, each step by a name of what is read there: all that a baseline without memory can go by. */
  readonly scored: ScoredText;
  readonly card: Card;
  readonly parameters: Parameters;
  readonly sequence: Sequence;
  /** What the network predicts; null where it says something else, such as a class. */
  readonly targets: Targets | null;
  /** Where the streams start that read all of it, where that is known. */
  readonly starts: NetworkState | undefined;
  /** What the network's weights were trained under, which fresh ones take over; null of a text. */
  readonly scaling: Scaling | null;
  /** The text in numbers of the vocabulary; null of a series. */
  readonly ids: Int32Array | null;
  readonly series: SeriesContent | null;
}

/**
 * @param hypotheses ids; the gallery's own where left out
 * @throws InputError unknown ids, broken files, a model that is not trained or does not read this
 */
export function loadNetworkGallery(
  content: string,
  gallery: ModelGallery | SeriesGallery,
  hypotheses?: readonly string[],
): NetworkGallery {
  return 'series' in gallery
    ? ofSeries(content, gallery, hypotheses)
    : ofText(content, loadLabelledGallery(content, gallery.id, hypotheses));
}

function ofText(content: string, labelled: LabelledGallery): NetworkGallery {
  const { gallery, corpus, characters } = labelled;
  const { card, parameters, ids } = loadModel(content, gallery.model, characters, corpus.source);
  const { architecture, weights } = card;
  const folder = modelFolder(content, gallery.model);
  const text = labelled.sampledFrom === null ? corpus.text : characters.join('');
  return {
    gallery,
    labelled,
    scored: labelled,
    card,
    parameters,
    sequence: characterSequence(ids),
    targets: characterTargets(ids, architecture.outputs),
    starts: readStarts(folder, { weights: weights.sha256, text }, architecture),
    scaling: null,
    ids,
    series: null,
  };
}

/** What stands for a step where a text has a character; a period ends as a word does. */
const STEP = '·';
const LAST_STEP = ' ';

function ofSeries(content: string, gallery: SeriesGallery, chosen?: readonly string[]): NetworkGallery {
  const series = loadSeries(content, gallery.series);
  const { card, parameters } = readModel(modelFolder(content, gallery.model));
  const { architecture } = card;
  const features = series.features.map(({ column }) => column);
  const readsThese = (card.features ?? features).join() === features.join() && architecture.inputs === features.length;
  if (architecture.reads !== 'numbers' || !readsThese) {
    throw new InputError(
      `The model "${gallery.model}" reads ${card.features?.join(', ') ?? `${architecture.inputs} inputs`}, and the series has ${features.join(', ')}.`,
      { file: join(content, FOLDERS.gallery, `${gallery.id}.md`) },
      'Name a model that reads the features of the series.',
    );
  }
  const predicts = architecture.outputs === features.length && architecture.outputActivation === 'linear';
  const blocks = seriesBlocks(series);
  const scaling = scalingOf(
    series.values,
    features.length,
    blocks.filter(({ split }) => split === 'train'),
  );
  const hypotheses = loadSeriesHypotheses(content, chosen ?? gallery.hypotheses);
  const length = lengthOf(series);
  const labelled: LabelledText = {
    corpus: series,
    characters: Array.from({ length }, (_, t) => (t % series.period === series.period - 1 ? LAST_STEP : STEP)),
    sampledFrom: null,
    leaps: [],
    training: lengthOfTraining(blocks),
    blocks,
    paragraphs: periods(series),
    hypotheses,
    labels: hypotheses.map(({ id, kind, label }) => ({ id, kind, values: labelSeries(series, label) })),
  };
  return {
    gallery,
    labelled,
    scored: { ...labelled, characters: gradedRows(series) },
    card,
    parameters,
    sequence: numberSequence(series.values, features.length),
    targets: predicts ? numberTargets(series.values, features.length, scaling.deviations) : null,
    starts: undefined,
    scaling,
    ids: null,
    series,
  };
}
