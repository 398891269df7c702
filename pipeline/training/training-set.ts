// What a model is trained on, a corpus or a series, as the trainer needs it.
import { join } from 'node:path';
import { toCharacters } from '../base/positions.ts';
import { loadCorpus } from '../content/content.ts';
import { FOLDERS } from '../content/files.ts';
import { loadSeries } from '../content/series.ts';
import { lengthOf, seriesBlocks } from '../datasets/series/series.ts';
import { type Block, cutBlocks, requireBlocks } from '../datasets/text/blocks.ts';
import { buildVocabulary, encode } from '../datasets/text/vocabulary.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import type { Card } from '../models/formats/own/card.ts';
import { characterTargets, numberTargets, type Targets } from '../trace/targets.ts';
import type { Configuration } from './configuration.ts';
import { foldScaling, scalingOf, standardise } from './scaling.ts';

export interface TrainingSet {
  /** As in `the corpus alice`. */
  readonly name: string;
  readonly unit: 'characters' | 'steps';
  /** The corpus's text; undefined for a series. */
  readonly text: string | undefined;
  /** What a run must not be resumed on, if it has changed. */
  readonly identity: unknown;
  readonly architecture: Architecture;
  readonly targets: Targets;
  readonly blocks: readonly Block[];
  /** What the card says of what the model reads. */
  readonly card: Pick<Card, 'vocabulary' | 'features'>;
  /** The trained parameters as they are published. */
  finish(parameters: Parameters): Parameters;
}

/**
 * @param content the folder content/
 * @throws InputError an unknown id, a broken file, or too little to train on
 */
export function loadTrainingSet(content: string, configuration: Configuration): TrainingSet {
  return configuration.corpus === undefined
    ? seriesTrainingSet(content, configuration.series!, configuration.units)
    : corpusTrainingSet(content, configuration.corpus, configuration.units);
}

const FUNCTIONS = { cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } } as const;

function corpusTrainingSet(content: string, id: string, units: readonly number[]): TrainingSet {
  const corpus = loadCorpus(content, id);
  const characters = toCharacters(corpus.text);
  const blocks = cutBlocks(characters);
  requireBlocks(blocks, join(content, FOLDERS.corpus, `${id}.md`));
  const vocabulary = buildVocabulary(corpus.text);
  const width = vocabulary.length;
  return {
    name: `the corpus \`${id}\``,
    unit: 'characters',
    text: corpus.text,
    identity: corpus.text,
    architecture: { inputs: width, units, outputs: width, ...FUNCTIONS },
    targets: characterTargets(encode(characters, vocabulary), width),
    blocks,
    card: { vocabulary },
    finish: (parameters) => parameters,
  };
}

function seriesTrainingSet(content: string, id: string, units: readonly number[]): TrainingSet {
  const series = loadSeries(content, id);
  const blocks = seriesBlocks(series);
  requireBlocks(blocks, join(content, FOLDERS.series, `${id}.md`), 'steps');
  const width = series.features.length;
  const trained = blocks.filter(({ split }) => split === 'train');
  const scaling = scalingOf(series.values, width, trained);
  return {
    name: `the series \`${id}\` of ${lengthOf(series).toLocaleString('en')} steps`,
    unit: 'steps',
    text: undefined,
    identity: [series.features, Array.from(series.values)],
    architecture: { reads: 'numbers', inputs: width, units, outputs: width, outputActivation: 'linear', ...FUNCTIONS },
    targets: numberTargets(standardise(series.values, scaling), width),
    blocks,
    card: { vocabulary: [], features: series.features.map(({ column }) => column) },
    finish: (parameters) => foldScaling(parameters, scaling),
  };
}
