// What a model is trained on, a corpus or a series, as the trainer needs it.
import { join } from 'node:path';
import { loadCorpus } from './content.ts';
import { FOLDERS } from './content-files.ts';
import { loadSeries } from './content-series.ts';
import type { Card } from './formats/card.ts';
import type { Architecture, Parameters } from './lstm/parameters.ts';
import { lengthOf, seriesBlocks } from './series/series.ts';
import { type Block, cutBlocks, requireBlocks } from './text/blocks.ts';
import { toCharacters } from './text/positions.ts';
import { buildVocabulary, encode } from './text/vocabulary.ts';
import { characterTargets, numberTargets, type Targets } from './trace/targets.ts';
import type { Configuration } from './training/configuration.ts';
import { foldScaling, scalingOf, standardise } from './training/scaling.ts';

export interface Subject {
  /** As in `the corpus alice`. */
  readonly name: string;
  readonly unit: 'characters' | 'steps';
  /** The corpus's text; undefined for a series. */
  readonly text: string | undefined;
  /** What a run must not be resumed on, if it has changed. */
  readonly material: unknown;
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
export function loadSubject(content: string, configuration: Configuration): Subject {
  return configuration.corpus === undefined
    ? seriesSubject(content, configuration.series!, configuration.units)
    : corpusSubject(content, configuration.corpus, configuration.units);
}

const FUNCTIONS = { cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } } as const;

function corpusSubject(content: string, id: string, units: readonly number[]): Subject {
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
    material: corpus.text,
    architecture: { inputs: width, units, outputs: width, ...FUNCTIONS },
    targets: characterTargets(encode(characters, vocabulary), width),
    blocks,
    card: { vocabulary },
    finish: (parameters) => parameters,
  };
}

function seriesSubject(content: string, id: string, units: readonly number[]): Subject {
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
    material: [series.features, Array.from(series.values)],
    architecture: { reads: 'numbers', inputs: width, units, outputs: width, outputActivation: 'linear', ...FUNCTIONS },
    targets: numberTargets(standardise(series.values, scaling), width),
    blocks,
    card: { vocabulary: [], features: series.features.map(({ column }) => column) },
    finish: (parameters) => foldScaling(parameters, scaling),
  };
}
