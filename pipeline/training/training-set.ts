// What a model is trained on, as the trainer needs it: a dataset as the network will be given it.
import { join } from 'node:path';
import { datasetNamedIn, KIND_CONTENT, loadDataset } from '../content/content.ts';
import { FOLDERS } from '../content/files.ts';
import { type Block, requireBlocks } from '../datasets/blocks.ts';
import type { Dataset, StepInputs } from '../datasets/dataset.ts';
import { kindOf } from '../datasets/kinds.ts';
import { buildVocabulary, encode } from '../datasets/text/vocabulary.ts';
import type { Architecture, Parameters } from '../lstm/parameters.ts';
import type { Card } from '../models/formats/own/card.ts';
import { characterTargets, numberTargets, type Targets } from '../trace/targets.ts';
import type { Configuration } from './configuration.ts';
import { foldScaling, scalingOf, standardise } from './scaling.ts';

/** What it is for a network that reads symbols, or numbers. */
interface Trained {
  readonly reads: StepInputs['reads'];
  /** What is read, joined; undefined of numbers. */
  readonly text: string | undefined;
  /** What a run must not be resumed on, if it has changed. */
  readonly identity: unknown;
  readonly architecture: Architecture;
  readonly targets: Targets;
  /** What the card says of what the model reads. */
  readonly card: Pick<Card, 'vocabulary' | 'features' | 'preparation'>;
  /** The trained parameters as they are published. */
  finish(parameters: Parameters): Parameters;
}

export interface TrainingSet extends Trained {
  /** As in `the corpus alice`. */
  readonly name: string;
  /** What its steps are called, and all of them. */
  readonly unit: string;
  readonly whole: string;
  readonly blocks: readonly Block[];
}

/**
 * @param content the folder content/
 * @throws InputError an unknown id, a broken file, or too little to train on
 */
export function loadTrainingSet(content: string, configuration: Configuration): TrainingSet {
  const named = datasetNamedIn(configuration)!;
  const dataset = loadDataset(content, named);
  const datasetKind = kindOf(dataset);
  const { words, reads } = datasetKind;
  const { key } = KIND_CONTENT[named.kind];
  const { blocks } = dataset;
  requireBlocks(blocks, join(content, FOLDERS[key], `${named.id}.md`), datasetKind);
  return {
    ...TRAINED[reads](dataset, configuration.units),
    name: `the ${key} \`${named.id}\``,
    unit: words.steps,
    whole: words.whole,
    blocks,
  };
}

const FUNCTIONS = { cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } } as const;

const TRAINED: Readonly<Record<Trained['reads'], (dataset: Dataset, units: readonly number[]) => Trained>> = {
  symbols({ texts, source: { preparation } }, units) {
    const vocabulary = buildVocabulary(texts);
    const width = vocabulary.length;
    const text = texts.join('');
    return {
      reads: 'symbols',
      text,
      identity: text,
      architecture: { inputs: width, units, outputs: width, ...FUNCTIONS },
      targets: characterTargets(encode(texts, vocabulary), width),
      card: { vocabulary, ...(preparation === undefined ? {} : { preparation }) },
      finish: (parameters) => parameters,
    };
  },
  numbers({ rows: { features, values }, blocks }, units) {
    const width = features.length;
    const scaling = scalingOf(
      values,
      width,
      blocks.filter(({ split }) => split === 'train'),
    );
    return {
      reads: 'numbers',
      text: undefined,
      identity: [features, Array.from(values)],
      architecture: {
        reads: 'numbers',
        inputs: width,
        units,
        outputs: width,
        outputActivation: 'linear',
        ...FUNCTIONS,
      },
      targets: numberTargets(standardise(values, scaling), width),
      card: { vocabulary: [], features: features.map(({ column }) => column) },
      finish: (parameters) => foldScaling(parameters, scaling),
    };
  },
};
